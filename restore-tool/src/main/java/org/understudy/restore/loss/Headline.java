package org.understudy.restore.loss;

import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.understudy.restore.canary.CanaryState;
import org.understudy.restore.loss.LossReport.AdminRow;
import org.understudy.restore.loss.LossReport.Gone;
import org.understudy.restore.loss.LossReport.HistoryUsed;
import org.understudy.restore.loss.LossReport.Row;
import org.understudy.restore.loss.LossReport.Totals;
import org.understudy.restore.loss.LossReport.What;

/** A report in one sentence, for people who are called at night. */
final class Headline {
    private Headline() {}

    static String of(
            Totals totals,
            List<HistoryUsed> history,
            List<Row> rows,
            List<AdminRow> administrators,
            List<Gone> gone,
            List<CanaryState> canaries,
            Instant now) {
        List<String> parts = new ArrayList<>();
        long wrong = canaries.stream().filter(CanaryState::wrong).count();
        if (wrong > 0) {
            parts.add("CANARY: " + count(wrong, "canary mailbox") + " of " + canaries.size()
                    + (wrong == 1 ? " is" : " are") + " not as made");
        }
        if (totals.lost() > 0) {
            parts.add(share(totals.usersWithLoss(), totals.users()) + " of users (" + number(totals.usersWithLoss())
                    + " of " + number(totals.users()) + ") lost " + count(totals.lost(), "message")
                    + months(rows.stream().map(Row::month).toList()) + sure(totals));
            parts.add(copies(rows, history, totals, now));
        }
        gone(gone, parts);
        if (parts.isEmpty()) {
            parts.add("No message is lost: all " + number(totals.messagesKnown()) + " that history knows are live, or"
                    + " were expunged and logged");
        }
        if (totals.administrators() > 0) {
            long users = administrators.stream().map(AdminRow::user).distinct().count();
            String months = months(administrators.stream().map(AdminRow::month).toList());
            parts.add("administrators expunged " + count(totals.administrators(), "message")
                    + (months.isEmpty() ? "" : " (" + months.substring(" of ".length()) + ")") + " of "
                    + count(users, "user"));
        }
        return String.join("; ", parts) + ".";
    }

    private static String sure(Totals totals) {
        List<String> unsure = new ArrayList<>();
        if (totals.likely() > 0) {
            unsure.add(number(totals.likely()) + " of them likely");
        }
        if (totals.possible() > 0) {
            unsure.add(number(totals.possible()) + (unsure.isEmpty() ? " of them only possibly" : " only possibly"));
        }
        return unsure.isEmpty() ? "" : " (" + String.join(", ", unsure) + ")";
    }

    private static void gone(List<Gone> gone, List<String> parts) {
        Map<What, Long> counts = new TreeMap<>();
        gone.stream().filter(Gone::loss).forEach(one -> counts.merge(one.what(), 1L, Long::sum));
        counts.forEach((what, count) -> parts.add(
                switch (what) {
                    case USER -> count(count, "user") + " with all mailboxes gone";
                    case ACCOUNT -> count(count, "account") + " gone";
                    case MAILBOX -> count(count, "mailbox") + " gone or out of sight";
                    case SUBSCRIPTIONS -> "all subscriptions of " + count(count, "user") + " gone";
                }));
    }

    private static String copies(List<Row> rows, List<HistoryUsed> history, Totals totals, Instant now) {
        Map<String, Long> byCopy = new TreeMap<>();
        rows.forEach(row -> byCopy.merge(row.copy(), row.messages(), Long::sum));
        byCopy.remove("");
        byCopy.remove(LossReport.LIVE_COPY);
        if (byCopy.isEmpty()) {
            return "no snapshot has a copy";
        }
        String best = byCopy.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElse("");
        HistoryUsed snapshot = history.stream()
                .filter(one -> one.id().equals(best))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no snapshot " + best));
        String text = byCopy.size() == 1
                ? "the best copies lie in snapshot " + best + " (" + verified(snapshot, now) + ")"
                : "the best copies lie in " + byCopy.size() + " snapshots, most of them in " + best + " ("
                        + verified(snapshot, now) + ")";
        return totals.withoutCopy() == 0 ? text : text + ", and of " + number(totals.withoutCopy()) + " there is none";
    }

    /** {@code verified 2 h ago}, or what is known instead. */
    static String verified(HistoryUsed snapshot, Instant now) {
        Instant at = snapshot.verified();
        if (at == null) {
            Instant created = snapshot.created();
            return "never verified since it was taken" + (created == null ? "" : " " + ago(created, now));
        }
        return !snapshot.sound()
                ? "found DAMAGED " + ago(at, now)
                : (snapshot.full() ? "verified " : "sizes checked, contents not read, ") + ago(at, now);
    }

    /** {@code 2 h ago}. */
    static String ago(Instant then, Instant now) {
        Duration age = Duration.between(then, now);
        if (age.toMinutes() < 2) {
            return "just now";
        }
        if (age.toHours() < 2) {
            return age.toMinutes() + " min ago";
        }
        return age.toDays() < 3 ? age.toHours() + " h ago" : age.toDays() + " days ago";
    }

    /** {@code  of January to May 2026}; with a leading space, or empty. */
    private static String months(List<String> all) {
        SortedSet<YearMonth> months = new TreeSet<>();
        all.stream()
                .filter(month -> !month.equals(LossReport.NO_MONTH))
                .forEach(month -> months.add(YearMonth.parse(month)));
        if (months.isEmpty()) {
            return "";
        }
        YearMonth first = months.first();
        YearMonth last = months.last();
        if (first.equals(last)) {
            return " of " + name(first) + " " + first.getYear();
        }
        boolean unbroken = first.plusMonths(months.size() - 1L).equals(last);
        return " of " + (unbroken ? "" : months.size() + " months from ") + name(first)
                + (first.getYear() == last.getYear() ? "" : " " + first.getYear()) + " to " + name(last) + " "
                + last.getYear();
    }

    private static String name(YearMonth month) {
        return month.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
    }

    /** With one decimal place; never rounds something to nothing, nor less than all to all. */
    private static String share(long part, long all) {
        double percent = all == 0 ? 0 : 100.0 * part / all;
        return part == all && all > 0
                ? "100 %"
                : percent > 0 && percent < 0.1
                        ? "< 0.1 %"
                        : percent > 99.9 ? "> 99.9 %" : String.format(Locale.ROOT, "%.1f %%", percent);
    }

    private static String number(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    private static String count(long n, String one) {
        return number(n) + " " + (n == 1 ? one : one.endsWith("x") ? one + "es" : one + "s");
    }
}
