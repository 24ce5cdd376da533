package org.understudy.server.search;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.server.search.MailHeader.Name;

/** Puts found messages in order. Equal ones stay in the order of the mailbox. */
final class Sorter {
    private final MailboxRows rows;
    private final TextMatcher texts;

    Sorter(MailboxRows rows, TextMatcher texts) {
        this.rows = rows;
        this.texts = texts;
    }

    /** Positions in order; those that cannot be read are left out. */
    int[] sort(BitSet found, List<SortKey> keys) {
        boolean headers = keys.stream().anyMatch(key -> key.by().needsHeader());
        @Nullable MailHeader[] header = new MailHeader[rows.size()];
        Integer[] order = new Integer[found.cardinality()];
        int size = 0;
        for (int i = found.nextSetBit(0); i >= 0; i = found.nextSetBit(i + 1)) {
            if (headers) {
                header[i] = texts.header(i);
                if (header[i] == null) {
                    continue;
                }
            }
            order[size++] = i;
        }
        Arrays.sort(order, 0, size, comparator(keys, header));
        int[] sorted = new int[size];
        for (int i = 0; i < size; i++) {
            sorted[i] = order[i];
        }
        return sorted;
    }

    private Comparator<Integer> comparator(List<SortKey> keys, @Nullable MailHeader[] headers) {
        List<Comparator<Integer>> all = new ArrayList<>(keys.size());
        for (SortKey key : keys) {
            Comparator<Integer> each = switch (key.by()) {
                case ARRIVAL -> Comparator.comparingLong(i -> rows.facts().internalDate(rows.fact(i)));
                case SIZE -> Comparator.comparingLong(i -> rows.facts().octets(rows.fact(i)));
                case DATE -> Comparator.comparingLong(i -> sentAt(rows, i, of(headers, i)));
                case SUBJECT -> by(headers, MailHeader::baseSubject);
                case FROM -> by(headers, header -> header.name(Name.FROM));
                case TO -> by(headers, header -> header.name(Name.TO));
                case CC -> by(headers, header -> header.name(Name.CC));
                case DISPLAYFROM -> by(headers, header -> header.name(Name.DISPLAY_FROM));
                case DISPLAYTO -> by(headers, header -> header.name(Name.DISPLAY_TO));
            };
            all.add(key.reverse() ? each.reversed() : each);
        }
        return all.stream()
                .reduce(Comparator::thenComparing)
                .map(sorted -> sorted.thenComparing(Comparator.naturalOrder()))
                .orElse(Comparator.naturalOrder());
    }

    private interface Text {
        String of(MailHeader header);
    }

    private static Comparator<Integer> by(@Nullable MailHeader[] headers, Text text) {
        return (one, other) -> octetOrder(text.of(of(headers, one)), text.of(of(headers, other)));
    }

    private static MailHeader of(@Nullable MailHeader[] headers, int position) {
        MailHeader header = headers[position];
        if (header == null) {
            throw new IllegalStateException("a message without header was not left out");
        }
        return header;
    }

    /** The order of the octets in UTF-8, which is that of the code points. */
    static int octetOrder(String one, String other) {
        int length = Math.min(one.length(), other.length());
        for (int i = 0; i < length; i++) {
            char a = one.charAt(i);
            char b = other.charAt(i);
            if (a != b) {
                boolean high = Character.isSurrogate(a);
                return high == Character.isSurrogate(b) ? Character.compare(a, b) : high ? 1 : -1;
            }
        }
        return Integer.compare(one.length(), other.length());
    }

    /** The sent date (RFC 5256 section 2.2): of the Date field, else of arrival; milliseconds since 1970 UTC. */
    static long sentAt(MailboxRows rows, int position, MailHeader header) {
        return header.sentAt() == MailHeader.NO_MOMENT
                ? rows.facts().internalDate(rows.fact(position))
                : header.sentAt();
    }
}
