package org.understudy.restore.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * What a file is that was named as a source and is none that can be read.
 *
 * @param found a noun phrase, with what is wrong with it
 * @param hint what to do with it
 */
record FileKind(String found, String hint) {
    private static final int HEAD = 1024;
    private static final String NAME =
            "Name the directory that holds the users' mail, one Maildir, one mbox file, or an archive of such.";

    static FileKind of(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return new FileKind("neither a file nor a directory", NAME);
        }
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(HEAD);
        }
        if (head.length == 0) {
            return new FileKind("an empty file", NAME);
        }
        if (starts(head, 0xfd, '7', 'z', 'X', 'Z') || starts(head, '7', 'z', 0xbc, 0xaf)) {
            return new FileKind(
                    "a file packed by xz or 7-Zip", "Unpack it into an empty directory and name what is in it.");
        }
        return new FileKind(isText(head) ? "a text file" : "a file of a kind that is not known here", NAME);
    }

    OperatorException refusal(Path file) {
        return new OperatorException(
                Reason.SOURCE, file + " is " + found + ", and holds no mail that can be read", hint);
    }

    private static boolean starts(byte[] head, int... magic) {
        if (head.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((head[i] & 0xff) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isText(byte[] head) {
        String text = new String(head, StandardCharsets.ISO_8859_1);
        return text.chars().noneMatch(c -> c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f');
    }
}
