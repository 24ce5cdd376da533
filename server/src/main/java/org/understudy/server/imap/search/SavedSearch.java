package org.understudy.server.imap.search;

import java.util.ArrayList;
import java.util.List;
import org.apache.james.imap.api.message.IdRange;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.api.process.SearchResUtil;
import org.apache.james.imap.api.process.SelectedMailbox;
import org.apache.james.mailbox.MessageUid;

/**
 * The messages that {@code $} stands for (RFC 5182): kept as UIDs, so that they stay the same messages when others are
 * expunged. Selecting a mailbox empties it, as James does.
 */
public final class SavedSearch {
    private SavedSearch() {}

    /** @param uids ascending */
    static void save(ImapSession session, long[] uids) {
        SearchResUtil.saveSequenceSet(session, ranges(uids).toArray(IdRange[]::new));
    }

    /** After a search that failed (RFC 5182 section 2.1). */
    static void reset(ImapSession session) {
        SearchResUtil.resetSavedSequenceSet(session);
    }

    /** As ranges of UIDs. */
    public static IdRange[] uids(ImapSession session) {
        return SearchResUtil.getSavedSequenceSet(session);
    }

    /** As ranges of the sequence numbers that the messages have now; those that are gone are left out. */
    public static IdRange[] sequenceNumbers(ImapSession session) {
        SelectedMailbox selected = session.getSelected();
        if (selected == null) {
            return new IdRange[0];
        }
        List<Long> numbers = new ArrayList<>();
        for (IdRange range : uids(session)) {
            for (long uid = range.getLowVal(); uid <= range.getHighVal(); uid++) {
                selected.msn(MessageUid.of(uid)).ifPresent(number -> numbers.add((long) number.asInt()));
            }
        }
        return ranges(numbers.stream().mapToLong(Long::longValue).toArray()).toArray(IdRange[]::new);
    }

    /** Ascending numbers as ranges. */
    static List<IdRange> ranges(long[] numbers) {
        List<IdRange> ranges = new ArrayList<>();
        int from = 0;
        while (from < numbers.length) {
            int to = from;
            while (to + 1 < numbers.length && numbers[to + 1] == numbers[to] + 1) {
                to++;
            }
            ranges.add(new IdRange(numbers[from], numbers[to]));
            from = to + 1;
        }
        return ranges;
    }
}
