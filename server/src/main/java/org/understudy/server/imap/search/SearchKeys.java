package org.understudy.server.imap.search;

import java.util.ArrayList;
import java.util.List;
import org.apache.james.imap.decode.DecodingException;
import org.understudy.server.search.Criterion;
import org.understudy.server.search.Criterion.DateOf;
import org.understudy.server.search.Criterion.Field;
import org.understudy.server.search.Criterion.Relation;
import org.understudy.storage.keyspace.Flags;

/** Reads search keys (RFC 9051 section 6.4.4 and extensions). */
final class SearchKeys {
    private static final int MOST_DEEP = 100;

    private final Words words;
    private final SequenceSets sets;

    SearchKeys(Words words, SequenceSets sets) {
        this.words = words;
        this.sets = sets;
    }

    /** All keys up to the end of the line; at least one. */
    Criterion all() throws DecodingException {
        List<Criterion> keys = new ArrayList<>();
        do {
            keys.add(key(0));
        } while (!words.atEnd());
        return keys.size() == 1 ? keys.getFirst() : new Criterion.And(keys);
    }

    /** The same where the name of the first key has been read. */
    Criterion allAfter(String name) throws DecodingException {
        List<Criterion> keys = new ArrayList<>();
        keys.add(named(name, 0));
        while (!words.atEnd()) {
            keys.add(key(0));
        }
        return keys.size() == 1 ? keys.getFirst() : new Criterion.And(keys);
    }

    private Criterion key(int depth) throws DecodingException {
        if (depth > MOST_DEEP) {
            throw Words.bad("the search is nested too deeply");
        }
        char next = words.peek();
        if (next == '(') {
            words.expect('(');
            List<Criterion> keys = new ArrayList<>();
            do {
                keys.add(key(depth + 1));
            } while (!words.take(')'));
            return new Criterion.And(keys);
        }
        if (next == '$') {
            words.expect('$');
            return new Criterion.Uids(sets.saved());
        }
        if (next == '*' || next >= '0' && next <= '9') {
            return new Criterion.Uids(sets.numbers(words.atom()));
        }
        return named(words.keyword(), depth);
    }

    private Criterion named(String name, int depth) throws DecodingException {
        return switch (name) {
            case "ALL", "SAVEDATESUPPORTED" -> new Criterion.All();
            case "ANSWERED" -> flag(Flags.ANSWERED);
            case "DELETED" -> flag(Flags.DELETED);
            case "DRAFT" -> flag(Flags.DRAFT);
            case "FLAGGED" -> flag(Flags.FLAGGED);
            case "SEEN" -> flag(Flags.SEEN);
            case "UNANSWERED" -> new Criterion.Not(flag(Flags.ANSWERED));
            case "UNDELETED" -> new Criterion.Not(flag(Flags.DELETED));
            case "UNDRAFT" -> new Criterion.Not(flag(Flags.DRAFT));
            case "UNFLAGGED" -> new Criterion.Not(flag(Flags.FLAGGED));
            case "UNSEEN" -> new Criterion.Not(flag(Flags.SEEN));
            case "RECENT" -> recent();
            case "OLD" -> new Criterion.Not(recent());
            case "NEW" -> new Criterion.And(List.of(recent(), new Criterion.Not(flag(Flags.SEEN))));
            case "KEYWORD" -> keyword();
            case "UNKEYWORD" -> new Criterion.Not(keyword());
            case "BCC" -> new Criterion.InField(Field.BCC, words.string());
            case "CC" -> new Criterion.InField(Field.CC, words.string());
            case "FROM" -> new Criterion.InField(Field.FROM, words.string());
            case "SUBJECT" -> new Criterion.InField(Field.SUBJECT, words.string());
            case "TO" -> new Criterion.InField(Field.TO, words.string());
            case "HEADER" -> new Criterion.InHeader(words.asciiString(), words.string());
            case "BODY" -> new Criterion.InBody(words.string());
            case "TEXT" -> new Criterion.InText(words.string());
            case "LARGER" -> new Criterion.Larger(words.number());
            case "SMALLER" -> new Criterion.Smaller(words.number());
            case "BEFORE" -> dated(DateOf.INTERNAL, Relation.BEFORE);
            case "ON" -> dated(DateOf.INTERNAL, Relation.ON);
            case "SINCE" -> dated(DateOf.INTERNAL, Relation.SINCE);
            case "SENTBEFORE" -> dated(DateOf.SENT, Relation.BEFORE);
            case "SENTON" -> dated(DateOf.SENT, Relation.ON);
            case "SENTSINCE" -> dated(DateOf.SENT, Relation.SINCE);
            case "SAVEDBEFORE" -> dated(DateOf.SAVED, Relation.BEFORE);
            case "SAVEDON" -> dated(DateOf.SAVED, Relation.ON);
            case "SAVEDSINCE" -> dated(DateOf.SAVED, Relation.SINCE);
            case "OLDER" -> new Criterion.Older(positive());
            case "YOUNGER" -> new Criterion.Younger(positive());
            case "UID" ->
                words.take('$') ? new Criterion.Uids(sets.saved()) : new Criterion.Uids(sets.uids(words.atom()));
            case "MODSEQ" -> modSeq();
            case "EMAILID" -> new Criterion.EmailId(objectId());
            case "THREADID" -> new Criterion.ThreadId(objectId());
            case "NOT" -> new Criterion.Not(key(depth + 1));
            case "OR" -> new Criterion.Or(key(depth + 1), key(depth + 1));
            default -> throw Words.bad("there is no such search key");
        };
    }

    private static Criterion flag(int bit) {
        return new Criterion.SystemFlags(bit);
    }

    private Criterion recent() {
        return new Criterion.Uids(sets.recent());
    }

    private Criterion keyword() throws DecodingException {
        String name = words.asciiString();
        return switch (name.toUpperCase(java.util.Locale.ROOT)) {
            case "\\SEEN" -> flag(Flags.SEEN);
            case "\\ANSWERED" -> flag(Flags.ANSWERED);
            case "\\FLAGGED" -> flag(Flags.FLAGGED);
            case "\\DELETED" -> flag(Flags.DELETED);
            case "\\DRAFT" -> flag(Flags.DRAFT);
            default -> new Criterion.Keyword(name);
        };
    }

    private Criterion dated(DateOf which, Relation relation) throws DecodingException {
        return new Criterion.Dated(which, relation, words.date());
    }

    /** RFC 5032: an interval is at least one second. */
    private long positive() throws DecodingException {
        long seconds = words.number();
        if (seconds == 0) {
            throw Words.bad("an interval is at least one second");
        }
        return seconds;
    }

    /** RFC 7162 section 3.1.5: the kind of flag that may be named does not matter, MODSEQ is one for all of them. */
    private Criterion modSeq() throws DecodingException {
        if (words.peek() == '"') {
            words.asciiString();
            switch (words.keyword()) {
                case "ALL", "PRIV", "SHARED" -> {}
                default -> throw Words.bad("all, priv or shared was expected");
            }
        }
        return new Criterion.ChangedSince(words.number());
    }

    /** RFC 8474: ids that no message can have find nothing. */
    private long objectId() throws DecodingException {
        try {
            return Long.parseLong(words.asciiString());
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
