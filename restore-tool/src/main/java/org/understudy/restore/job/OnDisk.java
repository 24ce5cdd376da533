package org.understudy.restore.job;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Optional;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** What failing files mean to an operator, and how a folder is made durable. */
public final class OnDisk {
    private OnDisk() {}

    /** The fault with its reason and what to do about it. */
    public static OperatorException failure(String what, IOException cause) {
        String why = String.valueOf(cause.getMessage());
        if (cause instanceof AccessDeniedException || why.contains("Permission denied")) {
            return new OperatorException(
                    Reason.PERMISSION,
                    what + ": access denied",
                    "Give the server's user read and write access to the data folder.",
                    cause);
        }
        if (why.toLowerCase(Locale.ROOT).contains("no space left")) {
            return new OperatorException(
                    Reason.DISK_FULL, what + ": no space left", "Free space, then run the same command again.", cause);
        }
        return new OperatorException(
                Reason.IO, what + ": " + why, "Look into the system log for disk errors, then run it again.", cause);
    }

    /** Replaces a file of a folder whole, durably: a reader sees the old text or the new one. */
    public static void replace(Path folder, String name, String text) {
        replace(folder, name, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Replaces a file of a folder whole, durably: a reader sees the old content or the new one. */
    public static void replace(Path folder, String name, byte[] content) {
        Path target = folder.resolve(name);
        Path aside = folder.resolve(name + ".new");
        try {
            try (FileChannel out = FileChannel.open(
                    aside, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            syncFolder(folder);
        } catch (IOException e) {
            throw failure("cannot write " + target, e);
        }
    }

    /** Makes renames and new files in a folder durable. */
    public static void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /** All bytes of a file, or nothing if it is not there. */
    public static Optional<byte[]> read(Path file) {
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failure("cannot read " + file, e);
        }
    }

    static void closeAfter(Closeable resource, Exception fault) {
        try {
            resource.close();
        } catch (IOException e) {
            fault.addSuppressed(e);
        }
    }
}
