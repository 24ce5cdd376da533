package org.understudy.restore.validate;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.message.HeaderBlock;
import org.understudy.restore.message.MailDate;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.validate.Finding.Place;
import org.understudy.restore.validate.Finding.Strength;

/**
 * Compares the Date header with the stamps of the servers that passed the message on, and with the source's own date.
 * Clocks are often wrong, and so are the programs that write dates: on whole mail every disagreement here occurs, so all
 * are notes.
 */
final class DatesCheck implements Check {
    private static final Duration NEAR = Duration.ofDays(3);
    private static final Instant EARLIEST = Instant.parse("1970-01-02T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");

    @Override
    public String name() {
        return "dates";
    }

    @Override
    public Observer observe(SourceItem.Message message) {
        return (scan, findings) -> conclude(message, scan, findings);
    }

    private static void conclude(SourceItem.Message message, Scan scan, Findings findings) {
        HeaderBlock header = scan.header();
        Instant date = scan.reading().date();
        List<Instant> received = received(header);
        HeaderBlock.Field field = header.first("Date");
        if (date != null && field != null) {
            String value = header.value(field, 200);
            if (date.isBefore(EARLIEST) || date.isAfter(LATEST)) {
                findings.add(
                        Strength.NOTE, new Place.Header("Date"), "names a year in which no mail was or will be sent");
            } else if (wrongDayOfWeek(value, date)) {
                findings.add(Strength.NOTE, new Place.Header("Date"), "the day of the week does not fit the day");
            }
            Instant arrived = received.isEmpty() ? message.internalDate() : received.getFirst();
            String by = received.isEmpty() ? "the date of arrival" : "the stamp of the last server";
            Duration apart = Duration.between(date, arrived).abs();
            boolean near = apart.compareTo(NEAR) <= 0;
            findings.add(
                    near ? Strength.SUPPORT : Strength.NOTE,
                    new Place.Header("Date"),
                    near ? by + " agrees" : by + " is " + apart.toDays() + " days away");
        }
        for (int i = 1; i < received.size(); i++) {
            Duration later =
                    Duration.between(received.get(i - 1), received.get(i)).abs();
            if (later.compareTo(Duration.ofDays(365)) > 0) {
                findings.add(
                        Strength.NOTE,
                        new Place.Header("Received"),
                        "two servers' stamps are " + later.toDays() + " days apart");
                return;
            }
        }
    }

    private static List<Instant> received(HeaderBlock header) {
        List<Instant> stamps = new ArrayList<>();
        for (HeaderBlock.Field field : header.all("Received")) {
            String value = header.value(field, 4096);
            Instant stamp = MailDate.read(value.substring(value.lastIndexOf(';') + 1));
            if (stamp != null) {
                stamps.add(stamp);
            }
        }
        return stamps;
    }

    /** Whether a date begins with a day's name that its day, in its own zone, does not have. */
    private static boolean wrongDayOfWeek(String value, Instant date) {
        String stated = value.length() < 3 ? "" : value.substring(0, 3).toLowerCase(Locale.ROOT);
        @Nullable DayOfWeek day = null;
        for (DayOfWeek candidate : DayOfWeek.values()) {
            if (candidate.name().toLowerCase(Locale.ROOT).startsWith(stated) && stated.length() == 3) {
                day = candidate;
            }
        }
        if (day == null) {
            return false;
        }
        // Zones reach from 12 hours behind to 14 ahead of UTC.
        for (int hours : new int[] {-12, 0, 14}) {
            if (date.plus(Duration.ofHours(hours)).atZone(ZoneOffset.UTC).getDayOfWeek() == day) {
                return false;
            }
        }
        return true;
    }
}
