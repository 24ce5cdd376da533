package org.understudy.server.imap.fetch;

import java.time.LocalDate;

/** Writes {@code date-time} (RFC 9051 section 9) in UTC, with its quotes. Not thread-safe. */
final class Dates {
    private static final long DAY = 86_400_000;
    private static final String[] MONTHS = {
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
    };

    private long day = Long.MIN_VALUE;
    private byte[] date = {};

    void write(long millis, Line out) {
        long at = Math.floorDiv(millis, DAY);
        if (at != day) {
            LocalDate local = LocalDate.ofEpochDay(at);
            Line text = new Line();
            text.put('"').number(local.getDayOfMonth(), 2).put('-');
            text.put(Line.ascii(MONTHS[local.getMonthValue() - 1]))
                    .put('-')
                    .number(Math.clamp(local.getYear(), 0, 9999), 4);
            date = java.util.Arrays.copyOf(text.octets(), text.length());
            day = at;
        }
        int second = (int) (Math.floorMod(millis, DAY) / 1000);
        out.put(date)
                .put(' ')
                .number(second / 3600, 2)
                .put(':')
                .number(second / 60 % 60, 2)
                .put(':');
        out.number(second % 60, 2).put(ZONE);
    }

    private static final byte[] ZONE = Line.ascii(" +0000\"");
}
