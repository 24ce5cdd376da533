package org.understudy.server.search;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import org.understudy.server.search.Criterion.DateOf;
import org.understudy.storage.FlagColumns;
import org.understudy.storage.MessageColumns;

/**
 * Finds the positions of a mailbox that meet a criterion. Each criterion is asked of those positions only that can still
 * make a difference, the cheap ones first. For one thread.
 */
final class Evaluator {
    private final MailboxRows rows;
    private final TextMatcher texts;
    private final long now;

    /** @param now milliseconds since 1970 UTC, for what is relative to it */
    Evaluator(MailboxRows rows, TextMatcher texts, long now) {
        this.rows = rows;
        this.texts = texts;
        this.now = now;
    }

    BitSet find(Criterion criterion) {
        BitSet all = new BitSet(rows.size());
        all.set(0, rows.size());
        return find(criterion, all);
    }

    /** Those of {@code among} that meet the criterion; {@code among} is not changed. */
    private BitSet find(Criterion criterion, BitSet among) {
        if (among.isEmpty()) {
            return among;
        }
        FlagColumns flags = rows.flags();
        MessageColumns facts = rows.facts();
        return switch (criterion) {
            case Criterion.All all -> among;
            case Criterion.And and -> {
                List<Criterion> cheapFirst = new ArrayList<>(and.all());
                cheapFirst.sort(Comparator.comparingInt(Criterion::cost));
                BitSet left = among;
                for (Criterion each : cheapFirst) {
                    left = find(each, left);
                }
                yield left;
            }
            case Criterion.Or or -> {
                boolean swap = Criterion.cost(or.one()) > Criterion.cost(or.other());
                BitSet found =
                        (BitSet) find(swap ? or.other() : or.one(), among).clone();
                BitSet rest = (BitSet) among.clone();
                rest.andNot(found);
                found.or(find(swap ? or.one() : or.other(), rest));
                yield found;
            }
            case Criterion.Not not -> {
                BitSet rest = (BitSet) among.clone();
                rest.andNot(find(not.what(), among));
                yield rest;
            }
            case Criterion.SystemFlags wanted ->
                each(among, i -> (flags.system(rows.flag(i)) & wanted.bits()) == wanted.bits());
            case Criterion.Keyword wanted -> {
                int keyword = flags.keyword(wanted.name());
                yield keyword < 0 ? new BitSet() : each(among, i -> flags.has(rows.flag(i), keyword));
            }
            case Criterion.Uids wanted -> each(among, i -> wanted.uids().contains(rows.uid(i)));
            case Criterion.Larger size -> each(among, i -> facts.octets(rows.fact(i)) > size.octets());
            case Criterion.Smaller size -> each(among, i -> facts.octets(rows.fact(i)) < size.octets());
            case Criterion.Dated dated -> dated(dated, among);
            case Criterion.Younger young -> {
                long from = before(young.seconds());
                yield each(among, i -> facts.internalDate(rows.fact(i)) >= from);
            }
            case Criterion.Older old -> {
                long upTo = before(old.seconds());
                yield each(among, i -> facts.internalDate(rows.fact(i)) <= upTo);
            }
            case Criterion.ChangedSince changed -> each(among, i -> flags.modSeq(rows.flag(i)) >= changed.modSeq());
            case Criterion.EmailId id -> each(among, i -> facts.message(rows.fact(i)) == id.message());
            case Criterion.ThreadId id -> each(among, i -> facts.thread(rows.fact(i)) == id.message());
            case Criterion.InField field -> texts.inField(field.field(), new Needle(field.text()), among);
            case Criterion.InHeader header ->
                texts.inHeader(FoldedText.of(header.name()), new Needle(header.text()), among);
            case Criterion.InBody body -> texts.inBody(new Needle(body.text()), among);
            case Criterion.InText text -> texts.inText(new Needle(text.text()), among);
        };
    }

    private long before(long seconds) {
        return now - Math.min(seconds, Long.MAX_VALUE / 4000) * 1000;
    }

    private BitSet dated(Criterion.Dated dated, BitSet among) {
        if (dated.which() == DateOf.SENT) {
            int day = Math.toIntExact(dated.day().toEpochDay());
            return texts.sent(
                    sent -> sent != MailHeader.NONE
                            && switch (dated.relation()) {
                                case BEFORE -> sent < day;
                                case ON -> sent == day;
                                case SINCE -> sent >= day;
                            },
                    among);
        }
        long from = midnight(dated.day());
        long to = midnight(dated.day().plusDays(1));
        MessageColumns facts = rows.facts();
        boolean saved = dated.which() == DateOf.SAVED;
        return each(among, i -> {
            long at = saved ? facts.savedAt(rows.fact(i)) : facts.internalDate(rows.fact(i));
            return at != MessageColumns.NO_DATE
                    && switch (dated.relation()) {
                        case BEFORE -> at < from;
                        case ON -> at >= from && at < to;
                        case SINCE -> at >= from;
                    };
        });
    }

    private static long midnight(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    }

    private static BitSet each(BitSet among, IntPredicate meets) {
        BitSet found = new BitSet(among.length());
        for (int i = among.nextSetBit(0); i >= 0; i = among.nextSetBit(i + 1)) {
            if (meets.test(i)) {
                found.set(i);
            }
        }
        return found;
    }
}
