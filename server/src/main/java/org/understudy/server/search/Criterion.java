package org.understudy.server.search;

import java.time.LocalDate;
import java.util.List;
import org.understudy.storage.UidSet;

/** What a message must meet to be found. */
public sealed interface Criterion {
    /** How a date relates to the day that is asked for. */
    enum Relation {
        BEFORE,
        ON,
        SINCE
    }

    /** Which date is meant: of arrival, of coming into the mailbox, or of the Date field. */
    enum DateOf {
        INTERNAL,
        SAVED,
        SENT
    }

    /** Fields with search keys of their own. */
    enum Field {
        SUBJECT,
        FROM,
        TO,
        CC,
        BCC
    }

    record All() implements Criterion {}

    record And(List<Criterion> all) implements Criterion {
        public And {
            all = List.copyOf(all);
        }
    }

    record Or(Criterion one, Criterion other) implements Criterion {}

    record Not(Criterion what) implements Criterion {}

    /** @param bits of {@link org.understudy.storage.keyspace.Flags}, all of which must be set */
    record SystemFlags(int bits) implements Criterion {}

    record Keyword(String name) implements Criterion {}

    record Uids(UidSet uids) implements Criterion {}

    record Larger(long octets) implements Criterion {}

    record Smaller(long octets) implements Criterion {}

    /** By day, in UTC for dates of the store and as written for the Date field. */
    record Dated(DateOf which, Relation relation, LocalDate day) implements Criterion {}

    /** Arrived within the last so many seconds (RFC 5032). */
    record Younger(long seconds) implements Criterion {}

    /** Arrived that long ago or longer. */
    record Older(long seconds) implements Criterion {}

    /** In a field with a search key of its own: SUBJECT, FROM, TO, CC or BCC. */
    record InField(Field field, String text) implements Criterion {}

    /** In any field of that name; for empty text, whether there is one. */
    record InHeader(String name, String text) implements Criterion {}

    record InBody(String text) implements Criterion {}

    /** In header or body. */
    record InText(String text) implements Criterion {}

    /** MODSEQ of the value or higher (RFC 7162). */
    record ChangedSince(long modSeq) implements Criterion {}

    record EmailId(long message) implements Criterion {}

    record ThreadId(long message) implements Criterion {}

    /** What all that is asked costs to find out: 0 for packed rows, up to 4 for the body. */
    static int cost(Criterion criterion) {
        return switch (criterion) {
            case All all -> 0;
            case And and -> and.all().stream().mapToInt(Criterion::cost).max().orElse(0);
            case Or or -> Math.max(cost(or.one()), cost(or.other()));
            case Not not -> cost(not.what());
            case SystemFlags flags -> 0;
            case Keyword keyword -> 0;
            case Uids uids -> 0;
            case Larger larger -> 0;
            case Smaller smaller -> 0;
            case Dated dated -> dated.which() == DateOf.SENT ? 1 : 0;
            case Younger younger -> 0;
            case Older older -> 0;
            case InField field -> 2;
            case InHeader header -> 3;
            case InBody body -> 4;
            case InText text -> 4;
            case ChangedSince changed -> 0;
            case EmailId id -> 0;
            case ThreadId id -> 0;
        };
    }

    /** Whether MODSEQ is asked for anywhere, upon which the answer tells the highest one (RFC 7162 section 3.1.5). */
    static boolean asksModSeq(Criterion criterion) {
        return switch (criterion) {
            case And and -> and.all().stream().anyMatch(Criterion::asksModSeq);
            case Or or -> asksModSeq(or.one()) || asksModSeq(or.other());
            case Not not -> asksModSeq(not.what());
            case ChangedSince changed -> true;
            case All a -> false;
            case SystemFlags f -> false;
            case Keyword k -> false;
            case Uids u -> false;
            case Larger l -> false;
            case Smaller s -> false;
            case Dated d -> false;
            case Younger y -> false;
            case Older o -> false;
            case InField f -> false;
            case InHeader h -> false;
            case InBody b -> false;
            case InText t -> false;
            case EmailId e -> false;
            case ThreadId t -> false;
        };
    }
}
