package org.understudy.restore.cli;

import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Progress as one line of a terminal, drawn over at most ten times a second, one line left behind for each phase:
 *
 * <pre>replaying  [#########-------------]  41 %  2,310 / 5,597 messages  1,204/s  31.5 MB/s  0:03 left</pre>
 */
public final class ProgressBar implements ShownProgress {
    private static final long REDRAW_NANOS = 100_000_000;
    private static final int SHORTEST_BAR = 5;
    private static final int LONGEST_BAR = 30;
    /** Room for what stands beside name and bar, so that the bar keeps its length. */
    private static final int WIDE_FACTS = 69;

    private static final int NARROW_FACTS = 58;
    private static final String ERASE = "\r\u001b[K";

    private final PrintStream out;
    private final int columns;
    private final LongSupplier nanoTime;
    private Phase phase = Phase.NONE;
    private long done;
    private long bytes;
    private long drawnAt;
    private boolean open;

    /** @param nanoTime as {@link System#nanoTime} */
    public ProgressBar(PrintStream out, int columns, LongSupplier nanoTime) {
        this.out = out;
        this.columns = columns;
        this.nanoTime = nanoTime;
    }

    private record Phase(String name, long total, String unit, long startedAt) {
        static final Phase NONE = new Phase("", -1, "", 0);
    }

    @Override
    public synchronized void begin(String name, long total, String unit) {
        endPhase();
        phase = new Phase(Printable.line(name), total, Printable.line(unit), nanoTime.getAsLong());
        done = 0;
        bytes = 0;
        open = true;
        draw();
    }

    @Override
    public synchronized void advance(long nowDone, long nowBytes) {
        done = nowDone;
        bytes = nowBytes;
        if (open && nanoTime.getAsLong() - drawnAt >= REDRAW_NANOS) {
            draw();
        }
    }

    @Override
    public synchronized void note(String text) {
        out.print(open ? ERASE : "");
        out.print(Printable.line(text) + "\n");
        if (open) {
            draw();
        }
        out.flush();
    }

    @Override
    public synchronized void close() {
        endPhase();
    }

    private void endPhase() {
        if (open) {
            draw();
            out.print("\n");
            out.flush();
            open = false;
        }
    }

    private void draw() {
        long now = nanoTime.getAsLong();
        drawnAt = now;
        double seconds = (now - phase.startedAt) / 1e9;
        String facts = facts(seconds);
        int room = columns - phase.name.length() - (wide() ? WIDE_FACTS : NARROW_FACTS);
        StringBuilder line = new StringBuilder(phase.name).append("  ");
        if (phase.total > 0 && room >= SHORTEST_BAR) {
            int length = Math.min(room, LONGEST_BAR);
            int filled = (int) (length * Math.min(1.0, (double) done / phase.total));
            line.append('[')
                    .append("#".repeat(filled))
                    .append("-".repeat(length - filled))
                    .append("]  ");
        }
        line.append(facts);
        line.setLength(Math.min(line.length(), columns - 1));
        out.print(ERASE + line);
        out.flush();
    }

    private boolean wide() {
        return columns >= 90;
    }

    private String facts(double seconds) {
        StringBuilder facts = new StringBuilder();
        if (phase.total > 0) {
            facts.append(String.format(
                    Locale.ROOT, "%3d %%  ", (long) (100 * Math.min(1.0, (double) done / phase.total))));
        }
        facts.append(String.format(Locale.ROOT, "%,d", done));
        if (phase.total >= 0) {
            facts.append(String.format(Locale.ROOT, " / %,d", phase.total));
        }
        facts.append(' ').append(phase.unit);
        if (seconds > 0.2 && done > 0) {
            facts.append(String.format(Locale.ROOT, "  %,d/s", Math.round(done / seconds)));
            if (bytes > 0 && wide()) {
                facts.append(String.format(Locale.ROOT, "  %.1f MB/s", bytes / seconds / 1e6));
            }
            if (phase.total > done) {
                facts.append("  ")
                        .append(clock(Math.round((phase.total - done) * seconds / done)))
                        .append(" left");
            }
        }
        return facts.toString();
    }

    /** {@code 0:07}, {@code 12:40} or {@code 3:05:09}. */
    private static String clock(long seconds) {
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
