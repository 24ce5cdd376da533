package org.understudy.restore.loss;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.understudy.restore.loss.LossReport.AdminRow;
import org.understudy.restore.loss.LossReport.Confidence;
import org.understudy.restore.loss.LossReport.Gone;
import org.understudy.restore.loss.LossReport.Kind;
import org.understudy.restore.loss.LossReport.Row;
import org.understudy.restore.loss.LossReport.What;

/** Adds up what is lost, user by user, into the rows and sums of a report. */
final class Ledger {
    /** From so many rows on, further users get one row for all their mailboxes. */
    static final int DETAILED_ROWS = 100_000;

    private record Place(String mailbox, String month, Kind kind, Confidence confidence, String copy)
            implements Comparable<Place> {
        private static final Comparator<Place> ORDER = Comparator.comparing(Place::mailbox)
                .thenComparing(Place::month)
                .thenComparing(Place::kind)
                .thenComparing(Place::confidence)
                .thenComparing(Place::copy);

        @Override
        public int compareTo(Place other) {
            return ORDER.compare(this, other);
        }
    }

    private record AdminPlace(String mailbox, String month, String author, String copy)
            implements Comparable<AdminPlace> {
        private static final Comparator<AdminPlace> ORDER = Comparator.comparing(AdminPlace::mailbox)
                .thenComparing(AdminPlace::month)
                .thenComparing(AdminPlace::author)
                .thenComparing(AdminPlace::copy);

        @Override
        public int compareTo(AdminPlace other) {
            return ORDER.compare(this, other);
        }
    }

    private static final class Sum {
        private long messages;
        private long octets;
        private Instant from = Instant.MAX;
        private Instant to = Instant.MIN;

        void add(long size) {
            messages++;
            octets += size;
        }

        void at(Instant time) {
            from = time.isBefore(from) ? time : from;
            to = time.isAfter(to) ? time : to;
        }
    }

    private final List<Row> rows = new ArrayList<>();
    private final List<AdminRow> administrators = new ArrayList<>();
    private final List<Gone> gone = new ArrayList<>();
    private final Set<String> usersWithLoss = new HashSet<>();
    private final Map<Confidence, Long> byConfidence = new EnumMap<>(Confidence.class);
    private long lost;
    private long octets;
    private long unreadable;
    private long withoutCopy;
    private long byAdministrators;
    private long octetsByAdministrators;
    private boolean shortened;

    /** To be called once a user. */
    void lost(String user, List<Lost> found) {
        boolean detailed = rows.size() < DETAILED_ROWS;
        TreeMap<Place, Sum> sums = new TreeMap<>();
        for (Lost one : found) {
            long size = one.trace() == null ? 0 : one.trace().size();
            Place place = new Place(
                    detailed ? one.mailbox().name() : "", one.month(), one.kind(), one.confidence(), one.copy());
            sums.computeIfAbsent(place, p -> new Sum()).add(size);
            lost++;
            octets += size;
            byConfidence.merge(one.confidence(), 1L, Long::sum);
            unreadable += one.kind() == Kind.UNREADABLE ? 1 : 0;
            withoutCopy += one.copy().isEmpty() ? 1 : 0;
        }
        if (!found.isEmpty()) {
            usersWithLoss.add(user);
            shortened |= !detailed;
        }
        sums.forEach((place, sum) -> rows.add(new Row(
                user,
                place.mailbox(),
                place.month(),
                place.kind(),
                place.confidence(),
                place.copy(),
                sum.messages,
                sum.octets)));
    }

    /** To be called once a user. */
    void administrators(
            String user, List<Subject.Logged> expunged, java.util.function.Function<Subject.Logged, String> copy) {
        TreeMap<AdminPlace, Sum> sums = new TreeMap<>();
        boolean detailed = administrators.size() < DETAILED_ROWS;
        for (Subject.Logged one : expunged) {
            String best = copy.apply(one);
            AdminPlace place = new AdminPlace(
                    detailed ? one.mailbox().name() : "",
                    one.trace().month(),
                    one.author(),
                    best.isEmpty() ? LossReport.LOG_COPY : best);
            Sum sum = sums.computeIfAbsent(place, p -> new Sum());
            sum.add(one.trace().size());
            sum.at(one.at());
            byAdministrators++;
            octetsByAdministrators += one.trace().size();
        }
        sums.forEach((place, sum) -> administrators.add(new AdminRow(
                user,
                place.mailbox(),
                place.month(),
                place.author(),
                sum.from,
                sum.to,
                place.copy(),
                sum.messages,
                sum.octets)));
    }

    void gone(Gone one) {
        gone.add(one);
        if (one.loss() && one.what() != What.SUBSCRIPTIONS) {
            usersWithLoss.add(one.user());
        }
    }

    List<Row> rows() {
        return rows;
    }

    List<AdminRow> administrators() {
        return administrators;
    }

    List<Gone> gone() {
        return gone;
    }

    long usersWithLoss() {
        return usersWithLoss.size();
    }

    long lost() {
        return lost;
    }

    long octets() {
        return octets;
    }

    long of(Confidence confidence) {
        return byConfidence.getOrDefault(confidence, 0L);
    }

    long unreadable() {
        return unreadable;
    }

    long withoutCopy() {
        return withoutCopy;
    }

    long byAdministrators() {
        return byAdministrators;
    }

    long octetsByAdministrators() {
        return octetsByAdministrators;
    }

    /** Whether some users' rows are for all their mailboxes together. */
    boolean shortened() {
        return shortened;
    }
}
