package org.understudy.restore.inspect;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * JSON lines in a file that appears only when it is whole: written as {@code <name>.partial} beside it, synced, then
 * renamed. After an interruption the partial file stays, with the totals of what it holds.
 */
public final class InspectionFile implements Inspection.Sink, Closeable {
    private final Path file;
    private final Path partial;
    private final FileOutputStream out;
    private final BufferedOutputStream buffered;
    private final InspectionLines lines;

    private InspectionFile(Path file, Path partial, FileOutputStream out, boolean onlyUnsound) throws IOException {
        this.file = file;
        this.partial = partial;
        this.out = out;
        this.buffered = new BufferedOutputStream(out, 1 << 16);
        this.lines = new InspectionLines(buffered, onlyUnsound);
    }

    /** @throws OperatorException if the file cannot be written there */
    public static InspectionFile create(Path file, boolean onlyUnsound) throws IOException {
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
        Path partial = absolute.resolveSibling(absolute.getFileName() + ".partial");
        return new InspectionFile(absolute, partial, new FileOutputStream(partial.toFile()), onlyUnsound);
    }

    @Override
    public void accept(Inspected item) throws IOException {
        lines.accept(item);
    }

    /** The lines, for more than {@link #accept} takes. */
    public InspectionLines lines() {
        return lines;
    }

    /**
     * Writes the totals; gives the file its name if the inspection is complete.
     *
     * @return the file as it is named now
     */
    public Path finish(InspectionSummary summary) throws IOException {
        return finish(summary, null);
    }

    /** @param copies totals of a comparison of sources, or null */
    public Path finish(InspectionSummary summary, @Nullable Object copies) throws IOException {
        lines.totals(summary, copies);
        buffered.flush();
        out.getFD().sync();
        if (!summary.complete()) {
            return partial;
        }
        try {
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }

    @Override
    public void close() throws IOException {
        lines.close();
        buffered.close();
    }
}
