package org.understudy.server.search;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The index as one search sees it, for the mail of one owner. What cannot be read counts as not indexed, and whoever looks
 * after the index is told. For one thread.
 */
final class IndexView {
    /** Nothing is indexed. */
    static final IndexView NONE = new IndexView(null, OwnerDirectory.NOTHING, fault -> {});

    private final @Nullable SearchIndex index;
    private final OwnerDirectory directory;
    private final Consumer<RuntimeException> faults;
    private final Map<Integer, MailHeader[]> facts = new HashMap<>();

    IndexView(@Nullable SearchIndex index, OwnerDirectory directory, Consumer<RuntimeException> faults) {
        this.index = index;
        this.directory = directory;
        this.faults = faults;
    }

    int[] places(MailboxRows rows) {
        return directory.places(rows);
    }

    int segments() {
        return directory.segments();
    }

    byte @Nullable [] column(int segment, IndexKeys.Column column) {
        return reading(open -> open.column(directory.owner(), segment, column));
    }

    /** Null if nothing is known of the segment. */
    @Nullable
    BitSet candidates(int segment, byte[] needle) {
        return reading(open -> open.candidates(directory.owner(), segment, needle));
    }

    /** @param body whether the body is wanted, else the header; the other is left out */
    @Nullable
    MailText text(long id, boolean body) {
        return reading(open -> {
            if (body) {
                byte[] text = open.text(directory.owner(), id);
                return text == null ? null : new MailText(NO_HEADER, Extraction.NOT_READ, text);
            }
            SearchIndex.HeaderRow row = open.header(directory.owner(), id);
            return row == null ? null : new MailText(row.header(), row.fields(), Extraction.NOT_READ);
        });
    }

    private static final MailHeader NO_HEADER = new MailHeader(
            Map.of(),
            MailHeader.NONE,
            MailHeader.NO_MOMENT,
            "",
            false,
            java.util.Collections.nCopies(MailHeader.Name.values().length, ""),
            "",
            java.util.List.of());

    @Nullable
    MailHeader facts(int segment, int place) {
        MailHeader[] headers = facts.computeIfAbsent(segment, s -> {
            byte[] column = column(s, IndexKeys.Column.FACTS);
            return column == null ? new MailHeader[Postings.SEGMENT] : Segment.headers(column);
        });
        return headers[place];
    }

    private interface Read<T> {
        @Nullable
        T from(SearchIndex index);
    }

    private <T> @Nullable T reading(Read<T> read) {
        SearchIndex open = index;
        if (open == null) {
            return null;
        }
        try {
            return read.from(open);
        } catch (RuntimeException e) {
            faults.accept(e);
            return null;
        }
    }
}
