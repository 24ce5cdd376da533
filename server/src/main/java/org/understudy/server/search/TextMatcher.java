package org.understudy.server.search;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.understudy.server.search.IndexKeys.Column;

/**
 * Answers what depends on the text of messages, for one search: from the index where it has the message, else from the
 * message itself. Keeps in mind which messages could not be read. For one thread.
 */
final class TextMatcher {
    private static final long MOST_KEPT = 8L << 20;

    private final MailboxRows rows;
    private final IndexView index;
    private final Extraction extraction;
    private final BooleanSupplier nobodyWaits;
    private final int[] places;
    private final BitSet unreadable = new BitSet();
    private final Map<Long, MailText> kept = new LinkedHashMap<>(16, 0.75f, true);
    private long keptOctets;
    private int looked;

    /** @param nobodyWaits asked now and then; when it says so, the search ends with {@link SearchInterruptedException} */
    TextMatcher(MailboxRows rows, IndexView index, Extraction extraction, BooleanSupplier nobodyWaits) {
        this.rows = rows;
        this.index = index;
        this.extraction = extraction;
        this.nobodyWaits = nobodyWaits;
        places = index.places(rows);
    }

    /** The positions whose text was asked for and cannot be read. */
    BitSet unreadable() {
        return unreadable;
    }

    BitSet inField(Criterion.Field field, Needle needle, BitSet among) {
        Column column = Column.valueOf(field.name());
        return find(
                among,
                new Segments() {
                    @Override
                    public @Nullable BitSet in(int segment) {
                        byte[] values = index.column(segment, column);
                        return values == null ? null : Segment.containing(values, needle);
                    }

                    @Override
                    public boolean certain() {
                        return true;
                    }
                },
                text -> needle.in(text.header().field(field)),
                false);
    }

    BitSet sent(IntPredicate meets, BitSet among) {
        return find(
                among,
                new Segments() {
                    @Override
                    public @Nullable BitSet in(int segment) {
                        byte[] days = index.column(segment, Column.SENT_DAY);
                        return days == null ? null : Segment.meeting(days, meets);
                    }

                    @Override
                    public boolean certain() {
                        return true;
                    }
                },
                text -> meets.test(text.header().sentDay()),
                false);
    }

    BitSet inHeader(byte[] name, Needle needle, BitSet among) {
        byte[] sought = needle.isEmpty() ? withColon(name) : needle.bytes();
        return find(among, candidates(sought), text -> MailText.fieldContains(text.fields(), name, needle), false);
    }

    BitSet inBody(Needle needle, BitSet among) {
        return find(among, candidates(needle.bytes()), text -> needle.in(text.body()), true);
    }

    /** First the header of each message, which is short. */
    BitSet inText(Needle needle, BitSet among) {
        Segments candidates = candidates(needle.bytes());
        BitSet found = (BitSet)
                find(among, candidates, text -> needle.in(text.fields()), false).clone();
        BitSet rest = (BitSet) among.clone();
        rest.andNot(found);
        found.or(find(rest, candidates, text -> needle.in(text.body()), true));
        return found;
    }

    /** What the message is sorted and threaded by, or null where it cannot be read. */
    @Nullable
    MailHeader header(int position) {
        int place = places[position];
        if (place >= 0) {
            MailHeader header = index.facts(place / Postings.SEGMENT, place % Postings.SEGMENT);
            if (header != null) {
                return header;
            }
        }
        MailText text = text(position, place, false);
        return text == null ? null : text.header();
    }

    /** What is known of a segment without a look at its messages. */
    private interface Segments {
        /** The places that come into question, or null if nothing is known. */
        @Nullable
        BitSet in(int segment);

        /** Whether what comes into question is the answer. */
        boolean certain();
    }

    private Segments candidates(byte[] sought) {
        return new Segments() {
            @Override
            public @Nullable BitSet in(int segment) {
                return index.candidates(segment, sought);
            }

            @Override
            public boolean certain() {
                return false;
            }
        };
    }

    private BitSet find(BitSet among, Segments segments, Predicate<MailText> meets, boolean body) {
        BitSet found = new BitSet(among.length());
        BitSet[] known = new BitSet[index.segments()];
        boolean[] asked = new boolean[known.length];
        for (int i = among.nextSetBit(0); i >= 0; i = among.nextSetBit(i + 1)) {
            int place = places[i];
            if (place >= 0) {
                int segment = place / Postings.SEGMENT;
                if (!asked[segment]) {
                    stopIfNobodyWaits();
                    asked[segment] = true;
                    known[segment] = segments.in(segment);
                }
                BitSet candidates = known[segment];
                if (candidates != null) {
                    if (!candidates.get(place % Postings.SEGMENT)) {
                        continue;
                    }
                    if (segments.certain()) {
                        found.set(i);
                        continue;
                    }
                }
            }
            MailText text = text(i, place, body);
            if (text != null && meets.test(text)) {
                found.set(i);
            }
        }
        return found;
    }

    /** @param body whether the body is wanted, else the header; the other may be missing */
    @SuppressWarnings("ReferenceEquality") // no text that was read is that very array
    private @Nullable MailText text(int position, int place, boolean body) {
        if ((++looked & 15) == 0) {
            stopIfNobodyWaits();
        }
        long id = rows.body(position);
        if (place != OwnerDirectory.ABSENT) {
            MailText indexed = index.text(id, body);
            if (indexed != null) {
                return indexed;
            }
        }
        MailText before = kept.get(id);
        if (before != null && !(body && before.body() == Extraction.NOT_READ)) {
            return before;
        }
        MailText text = extraction.read(id, rows.facts().headerOctets(rows.fact(position)), body);
        if (text == null) {
            unreadable.set(position);
            return null;
        }
        keep(id, text);
        return text;
    }

    private void keep(long id, MailText text) {
        MailText before = kept.put(id, text);
        keptOctets += octets(text) - (before == null ? 0 : octets(before));
        var oldest = kept.values().iterator();
        while (keptOctets > MOST_KEPT && oldest.hasNext()) {
            keptOctets -= octets(oldest.next());
            oldest.remove();
        }
    }

    private static long octets(MailText text) {
        return 500 + 2L * text.fields().length + text.body().length;
    }

    private void stopIfNobodyWaits() {
        if (nobodyWaits.getAsBoolean() || Thread.currentThread().isInterrupted()) {
            throw new SearchInterruptedException();
        }
    }

    private static byte[] withColon(byte[] name) {
        byte[] sought = java.util.Arrays.copyOf(name, name.length + 1);
        sought[name.length] = ':';
        return sought;
    }
}
