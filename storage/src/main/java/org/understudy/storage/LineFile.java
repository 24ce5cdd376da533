package org.understudy.storage;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * The file {@code LINE} of a store's folder: a random UUID and a line feed, which say to which past its sequence numbers
 * belong. Copies for snapshots have it under another name, {@link StoreSnapshot#ORIGIN}, so that a store that is made of one
 * gets a line of its own.
 */
final class LineFile {
    private static final String FILE = "LINE";

    private LineFile() {}

    /** What the file says, or empty if there is none. */
    static String read(Path folder) {
        Path file = folder.resolve(FILE);
        try {
            return Files.exists(file)
                    ? Files.readString(file, StandardCharsets.US_ASCII).strip()
                    : "";
        } catch (IOException e) {
            throw failed("read", file, e);
        }
    }

    /** What the file says; one is made where there is none. */
    static String readOrMake(Path folder) {
        String line = read(folder);
        return line.isEmpty() ? make(folder) : line;
    }

    /** Writes a new one, durably, in one step. */
    static String make(Path folder) {
        String line = UUID.randomUUID().toString();
        Path file = folder.resolve(FILE);
        Path temporary = folder.resolve("." + FILE + ".tmp");
        try {
            try (FileOutputStream out = new FileOutputStream(temporary.toFile())) {
                out.write(content(line));
                out.getFD().sync();
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
                channel.force(true);
            }
            return line;
        } catch (IOException e) {
            throw failed("write", file, e);
        }
    }

    static byte[] content(String line) {
        return (line + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static OperatorException failed(String what, Path file, IOException e) {
        return new OperatorException(
                Reason.IO,
                "cannot " + what + " " + file + ": " + e.getMessage(),
                "Look at the disk, its free space, and who owns the folder.",
                e);
    }
}
