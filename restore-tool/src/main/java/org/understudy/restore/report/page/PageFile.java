package org.understudy.restore.report.page;

import java.io.BufferedWriter;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.understudy.restore.job.OnDisk;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * A file that is there whole or as it was before: written as {@code <name>.partial} beside it, synced, then renamed. On
 * a fault the partial file is removed.
 */
final class PageFile {
    /** Writes the contents. */
    interface Contents {
        void write(Appendable out) throws IOException;
    }

    private PageFile() {}

    /** @throws OperatorException if no file can be written there; the hint says what to do */
    static void check(Path file) {
        Path absolute = file.toAbsolutePath();
        Path folder = absolute.getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new OperatorException(
                    Reason.NOT_FOUND,
                    "there is no directory " + folder + " to write " + absolute.getFileName() + " into",
                    "Make the directory first, or name another file.");
        }
        if (Files.isDirectory(absolute)) {
            throw new OperatorException(
                    Reason.CONFLICT, absolute + " is a directory, not a file to write", "Name a file in it.");
        }
        if (!Files.isWritable(folder)) {
            throw new OperatorException(
                    Reason.PERMISSION,
                    "may not write " + absolute.getFileName() + " into " + folder,
                    "Name a file in a directory that you may write to.");
        }
    }

    /** @throws OperatorException if the file cannot be written; there is no trace of it then */
    static void write(Path file, Contents contents) {
        check(file);
        Path absolute = file.toAbsolutePath();
        Path partial = absolute.resolveSibling(absolute.getFileName() + ".partial");
        try {
            try (FileOutputStream out = new FileOutputStream(partial.toFile());
                    Writer writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8))) {
                contents.write(writer);
                writer.flush();
                out.getFD().sync();
            }
            rename(partial, absolute);
        } catch (IOException | RuntimeException e) {
            remove(partial, e);
            if (e instanceof IOException io) {
                throw OnDisk.failure("cannot write " + absolute, io);
            }
            throw (RuntimeException) e;
        }
    }

    private static void rename(Path partial, Path file) throws IOException {
        try {
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
        }
        Path folder = file.getParent();
        if (folder != null) {
            OnDisk.syncFolder(folder);
        }
    }

    private static void remove(Path partial, Exception fault) {
        try {
            Files.deleteIfExists(partial);
        } catch (IOException e) {
            fault.addSuppressed(e);
        }
    }
}
