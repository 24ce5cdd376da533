package org.understudy.restore.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.function.LongSupplier;
import org.understudy.restore.operation.OperationJson;

/**
 * Progress as JSON lines, for scripts and logs: {@code
 * {"phase":"replaying","done":2310,"total":5597,"unit":"messages","bytes":97310022}} when a phase begins, once a second
 * at most while it goes on, and when it ends; {@code total} is -1 if not known. Notes are {@code {"note":"..."}}.
 */
public final class ProgressLines implements ShownProgress {
    private static final long EVERY_NANOS = 1_000_000_000;

    private final PrintStream out;
    private final LongSupplier nanoTime;
    private final ObjectMapper json = OperationJson.mapper();
    private Event last = new Event("", 0, -1, "", 0);
    private boolean open;
    private boolean shown;
    private long shownAt;

    /** @param nanoTime as {@link System#nanoTime} */
    public ProgressLines(PrintStream out, LongSupplier nanoTime) {
        this.out = out;
        this.nanoTime = nanoTime;
    }

    private record Event(String phase, long done, long total, String unit, long bytes) {}

    private record Note(String note) {}

    @Override
    public synchronized void begin(String phase, long total, String unit) {
        close();
        open = true;
        last = new Event(phase, 0, total, unit, 0);
        show();
    }

    @Override
    public synchronized void advance(long done, long bytes) {
        if (!open || (done == last.done && bytes == last.bytes)) {
            return;
        }
        last = new Event(last.phase, done, last.total, last.unit, bytes);
        shown = false;
        if (nanoTime.getAsLong() - shownAt >= EVERY_NANOS) {
            show();
        }
    }

    @Override
    public synchronized void note(String text) {
        print(new Note(text));
    }

    @Override
    public synchronized void close() {
        if (open && !shown) {
            show();
        }
        open = false;
    }

    private void show() {
        print(last);
        shown = true;
        shownAt = nanoTime.getAsLong();
    }

    private void print(Object value) {
        try {
            out.print(json.writeValueAsString(value) + "\n");
            out.flush();
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
