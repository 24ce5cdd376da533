package org.understudy.restore.report.page;

/** A bar of {@value #WIDTH} columns in which {@code highest} is full. */
record Bar(long highest, boolean ascii) {
    private static final int WIDTH = 28;
    private static final int EIGHTHS = 8;

    /**
     * @param more whether words follow, so that the bar is filled up with spaces
     * @return at least the thinnest bar, so that one message among thousands is seen
     */
    String of(long count, boolean more) {
        long eighths = Math.max(1, Math.round((double) count * WIDTH * EIGHTHS / Math.max(1, highest)));
        String bar;
        if (ascii) {
            bar = "#".repeat((int) Math.max(1, (eighths + EIGHTHS / 2) / EIGHTHS));
        } else {
            int rest = (int) (eighths % EIGHTHS);
            bar = "\u2588".repeat((int) (eighths / EIGHTHS))
                    + (rest == 0 ? "" : Character.toString((char) (0x2590 - rest)));
        }
        return more ? bar + " ".repeat(WIDTH - bar.length()) + "  " : bar;
    }
}
