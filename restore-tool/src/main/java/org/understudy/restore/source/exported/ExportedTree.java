package org.understudy.restore.source.exported;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.text.Normalizer;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.sealed.SealedFile;

/**
 * {@value #FILE}: what an export of one user holds. Written last, so an export without it was cut short.
 *
 * @param tool program and version that wrote it
 * @param kind {@code maildir}, {@code mbox} or {@code eml}
 * @param origin what was exported, for people
 * @param messages exported, of all mailboxes
 * @param bytes sum of their sizes with CRLF line ends
 * @param faults what could not be exported as it should be, the first {@value #FAULTS_KEPT}
 */
public record ExportedTree(
        String tool,
        String kind,
        String user,
        Instant created,
        String origin,
        long messages,
        long bytes,
        List<Mailbox> mailboxes,
        List<Fault> faults) {
    public static final String FILE = "understudy-export.json";
    public static final int FAULTS_KEPT = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(ExportedTree.class);
    private static final long LARGEST = 64L << 20;
    private static final SealedFile<ExportedTree> FORM = new SealedFile<>("understudy-export", 1, ExportedTree.class);

    /**
     * @param name in Unicode with {@code .} between levels
     * @param path of its directory or file from the tree's root, with {@code /}; empty for the root itself
     */
    public record Mailbox(
            String name,
            String path,
            long uidValidity,
            long uidNext,
            boolean subscribed,
            long messages,
            long bytes,
            long unreadable) {}

    /** @param kind a word for what is wrong, {@code unreadable}, {@code flags-lost} or {@code unproven} */
    public record Fault(String mailbox, long uid, String kind, String why) {}

    public ExportedTree {
        mailboxes = List.copyOf(mailboxes);
        faults = List.copyOf(faults);
    }

    /** The file's text. */
    public String text() {
        return FORM.text(this);
    }

    public void write(Path directory) {
        FORM.write(directory, FILE, this);
    }

    /** What a directory says of itself; empty where it says nothing, or nothing that can be believed. */
    public static Optional<ExportedTree> read(Path directory) {
        Path file = directory.resolve(FILE);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            if (Files.size(file) > LARGEST) {
                throw new IOException("it has " + Files.size(file) + " octets, more than any such file");
            }
            return FORM.read(file);
        } catch (SealedFile.DamagedException | IOException e) {
            LOG.warn("{} cannot be used, so names are taken from files and directories: {}", file, e.getMessage());
            return Optional.empty();
        }
    }

    /** The same for a directory, or else for one right in it. */
    public static Optional<ExportedTree> find(Path directory) throws IOException {
        Optional<ExportedTree> own = read(directory);
        if (own.isPresent()) {
            return own;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    Optional<ExportedTree> below = read(entry);
                    if (below.isPresent()) {
                        return below;
                    }
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return Optional.empty();
    }

    /** The mailbox that lies at a path, however the file system composes letters and accents. */
    public Optional<Mailbox> at(String path) {
        String wanted = composed(path);
        return mailboxes.stream()
                .filter(mailbox -> composed(mailbox.path()).equals(wanted))
                .findFirst();
    }

    private static String composed(String path) {
        return Normalizer.normalize(path, Normalizer.Form.NFC);
    }
}
