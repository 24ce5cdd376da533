package org.understudy.restore.canary;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import org.understudy.restore.job.OnDisk;
import org.understudy.restore.json.RestoreJson;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.Digest;

/**
 * What was put into canary mailboxes: {@code canaries.json} in the data folder. Two lines of JSON: what the file is, with
 * the SHA-256 of the second line, and the canaries. Replaced as a whole.
 */
record CanaryRegister(List<Canary> canaries) {
    private static final String FORMAT = "understudy-canaries";
    private static final int VERSION = 1;
    private static final String FILE = "canaries.json";

    CanaryRegister {
        canaries = List.copyOf(canaries);
    }

    /** @param mailboxId of the mailbox when it was made; one that a restore has made anew is found by its name */
    record Canary(String user, String mailbox, long mailboxId, List<Message> messages) {
        Canary {
            messages = List.copyOf(messages);
        }
    }

    /** @param sha256 of the stored bytes */
    record Message(long uid, String sha256, long size, Instant internalDate) {}

    record Heading(String format, int version, String sha256) {}

    /** Empty where the file is missing. */
    static CanaryRegister read(Path dataFolder) {
        Path file = dataFolder.resolve(FILE);
        String text;
        try {
            text = Files.readString(file);
        } catch (NoSuchFileException e) {
            return new CanaryRegister(List.of());
        } catch (IOException e) {
            throw OnDisk.failure("cannot read " + file, e);
        }
        int end = text.indexOf('\n');
        try {
            Heading heading = RestoreJson.read(end < 0 ? text : text.substring(0, end), Heading.class);
            String body = text.substring(end + 1).stripTrailing();
            String found = sha256(body);
            if (!FORMAT.equals(heading.format()) || heading.version() != VERSION) {
                throw damaged(
                        file,
                        "expected format " + FORMAT + " version " + VERSION + ", found '" + heading.format()
                                + "' version " + heading.version(),
                        null);
            }
            if (!found.equals(heading.sha256())) {
                throw damaged(file, "expected SHA-256 " + heading.sha256() + ", found " + found, null);
            }
            return RestoreJson.read(body, CanaryRegister.class);
        } catch (IllegalArgumentException e) {
            throw damaged(file, String.valueOf(e.getMessage()), e);
        }
    }

    void write(Path dataFolder) {
        Path file = dataFolder.resolve(FILE);
        String body = RestoreJson.write(this);
        String text = RestoreJson.write(new Heading(FORMAT, VERSION, sha256(body))) + "\n" + body + "\n";
        Path aside = file.resolveSibling(FILE + ".new");
        try {
            try (FileOutputStream out = new FileOutputStream(aside.toFile())) {
                out.write(text.getBytes(StandardCharsets.UTF_8));
                out.getFD().sync();
            }
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            OnDisk.syncFolder(dataFolder);
        } catch (IOException e) {
            throw OnDisk.failure("cannot write " + file, e);
        }
    }

    private static OperatorException damaged(
            Path file, String what, @org.jspecify.annotations.Nullable Throwable cause) {
        return new OperatorException(
                Reason.CONFLICT,
                file + ": " + what,
                "The file was changed or damaged. Bring it back from a copy of the data folder; or delete it and the"
                        + " Canary mailboxes, and make new ones with 'understudy canary add USER'.",
                cause);
    }

    private static String sha256(String body) {
        return Digest.of(Digest.sha256().digest(body.getBytes(StandardCharsets.UTF_8)))
                .toString();
    }
}
