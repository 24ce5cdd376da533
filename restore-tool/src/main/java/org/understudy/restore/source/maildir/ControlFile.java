package org.understudy.restore.source.maildir;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Consumer;

/** A small text file by which a mail server keeps house; read line by line, never followed through a link. */
final class ControlFile {
    /** Octets; one line of an index takes about 100, so this is two and a half million messages in one mailbox. */
    private static final long LARGEST = 256L << 20;

    private ControlFile() {}

    /** Whether {@code file} can be read as one: a plain file, not a link, pipe or directory. */
    static boolean isPlain(Path file) {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** Gives each line, decoded as {@link NameText#decode} does. */
    static void lines(Path file, Consumer<String> to) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (!attributes.isRegularFile()) {
            throw new IOException("is no plain file");
        }
        if (attributes.size() > LARGEST) {
            throw new IOException("has " + attributes.size() + " octets, more than any list of this kind");
        }
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS), StandardCharsets.ISO_8859_1))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                to.accept(NameText.decodeLatin1(line));
            }
        }
    }
}
