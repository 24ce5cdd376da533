package org.understudy.storage.guard;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * Writing small files so that they are on disk when the call returns. The interrupt of a thread breaks nothing off: a
 * FileChannel would be closed by it, so files are written through RandomAccessFile.
 */
public final class DurableFile {
    private DurableFile() {}

    /** Replaces the file as a whole: a reader, or a crash, sees the old content or the new. */
    public static void replace(Path file, byte[] content) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        overwrite(fresh, content);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        syncFolder(file.toAbsolutePath().resolveSibling("."));
    }

    /** Writes over the file in place; a crash may leave it torn. The caller syncs the folder of a new file. */
    static void overwrite(Path file, byte[] content) throws IOException {
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.write(content);
            out.setLength(content.length);
            out.getFD().sync();
        }
    }

    /** Fsyncs a file that somebody else wrote. */
    static void sync(Path file) throws IOException {
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            in.getFD().sync();
        }
    }

    /** Fsyncs the names in a folder. */
    static void syncFolder(Path folder) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try (FileChannel in = FileChannel.open(folder, StandardOpenOption.READ)) {
                    in.force(true);
                    return;
                } catch (ClosedByInterruptException e) {
                    interrupted = true;
                    Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** @param doing completes "could not", for instance "write" */
    static OperatorException failed(String doing, Path file, IOException cause) {
        String what = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        String message = "could not " + doing + " " + file + ": " + what + ".";
        if (cause instanceof AccessDeniedException) {
            return new OperatorException(
                    Reason.PERMISSION,
                    message,
                    "Give the user that runs Understudy the right to read and write the store's folder.",
                    cause);
        }
        if (what.contains("No space left") || what.contains("Disk quota exceeded")) {
            return new OperatorException(
                    Reason.DISK_FULL, message, "Free some space on the disk of the store, then try again.", cause);
        }
        return new OperatorException(
                Reason.IO, message, "Look for disk errors in the system's log (dmesg), then try again.", cause);
    }
}
