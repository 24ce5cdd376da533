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
 * Clocks are often wrong, and so are the programs that write dates, and mail may wait, or be imported years later; so most
 * disagreements are notes. An order that cannot be is a doubt: a server's stamp or a Date more than {@value #APART} days
 * later than the stamp of a server that had the message after it. The source's own date is not the message's, so what it
 * disagrees with is a note.
 */
final class DatesCheck implements Check {
    private static final Duration NEAR = Duration.ofDays(3);
    private static final int APART = 7;
    private static final Duration IMPOSSIBLE = Duration.ofDays(APART);
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
            boolean after = !received.isEmpty() && isLater(date, arrived);
            findings.add(
                    near ? Strength.SUPPORT : after ? Strength.DOUBT : Strength.NOTE,
                    new Place.Header("Date"),
                    near
                            ? by + " agrees"
                            : after
                                    ? "the date is " + apart.toDays() + " days after " + by
                                    : by + " is " + apart.toDays() + " days away");
        }
        chain(received, findings);
        if (!received.isEmpty()) {
            arrival(message.internalDate(), received.getFirst(), findings);
        }
    }

    /** Each server's stamp stands above those of the servers that had the message before it. */
    private static void chain(List<Instant> received, Findings findings) {
        for (int i = 1; i < received.size(); i++) {
            Instant upper = received.get(i - 1);
            Instant lower = received.get(i);
            long days = Duration.between(lower, upper).abs().toDays();
            if (isLater(lower, upper)) {
                findings.add(
                        Strength.DOUBT,
                        new Place.Header("Received"),
                        "a server's stamp is " + days + " days before that of the server it had the message from");
                return;
            }
            if (days > 365) {
                findings.add(
                        Strength.NOTE, new Place.Header("Received"), "two servers' stamps are " + days + " days apart");
                return;
            }
        }
    }

    private static void arrival(Instant internalDate, Instant last, Findings findings) {
        Duration apart = Duration.between(internalDate, last);
        if (apart.abs().compareTo(IMPOSSIBLE) > 0) {
            findings.add(
                    Strength.NOTE,
                    new Place.FileName(),
                    "the date of arrival is " + apart.abs().toDays() + " days "
                            + (apart.isNegative() ? "after" : "before") + " the stamp of the last server");
        }
    }

    private static boolean isLater(Instant one, Instant other) {
        return Duration.between(other, one).compareTo(IMPOSSIBLE) > 0;
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
