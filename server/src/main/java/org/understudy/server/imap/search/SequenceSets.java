package org.understudy.server.imap.search;

import java.util.ArrayList;
import java.util.List;
import org.apache.james.imap.api.message.IdRange;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.api.process.SelectedMailbox;
import org.apache.james.imap.decode.DecodingException;
import org.apache.james.mailbox.MessageUid;
import org.understudy.server.search.UidSet;

/** Sequence sets (RFC 9051 section 9) as the UIDs that they mean in the selected mailbox now. */
final class SequenceSets {
    private final ImapSession session;
    private final SelectedMailbox selected;

    SequenceSets(ImapSession session, SelectedMailbox selected) {
        this.session = session;
        this.selected = selected;
    }

    /** The messages of {@code $}. */
    UidSet saved() {
        List<long[]> ranges = new ArrayList<>();
        for (IdRange range : SavedSearch.uids(session)) {
            ranges.add(new long[] {range.getLowVal(), range.getHighVal()});
        }
        return UidSet.of(ranges);
    }

    UidSet recent() {
        List<long[]> ranges = new ArrayList<>();
        for (MessageUid uid : selected.getRecent()) {
            ranges.add(new long[] {uid.asLong(), uid.asLong()});
        }
        return UidSet.of(ranges);
    }

    /** {@code *} is the highest UID that the client knows, so that {@code 999:*} always means that one too. */
    UidSet uids(String text) throws DecodingException {
        long last = selected.getLastUid().map(MessageUid::asLong).orElse(0L);
        return UidSet.of(ranges(text, last));
    }

    /** Numbers above the number of messages mean none, but for {@code *}. */
    UidSet numbers(String text) throws DecodingException {
        long count = selected.existsCount();
        List<long[]> uids = new ArrayList<>();
        for (long[] range : ranges(text, count)) {
            long from = Math.min(range[0], range[1]);
            long to = Math.min(Math.max(range[0], range[1]), count);
            if (from <= to) {
                uids.add(new long[] {uid(from), uid(to)});
            }
        }
        return UidSet.of(uids);
    }

    private long uid(long number) throws DecodingException {
        return selected.uid((int) number)
                .map(MessageUid::asLong)
                .orElseThrow(() -> Words.bad("there is no message of such a number"));
    }

    private static List<long[]> ranges(String text, long star) throws DecodingException {
        List<long[]> ranges = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            int colon = part.indexOf(':');
            long from = number(colon < 0 ? part : part.substring(0, colon), star);
            long to = colon < 0 ? from : number(part.substring(colon + 1), star);
            if (from > 0 && to > 0) {
                ranges.add(new long[] {from, to});
            }
        }
        return ranges;
    }

    private static long number(String text, long star) throws DecodingException {
        if (text.equals("*")) {
            return star;
        }
        if (text.isEmpty() || text.length() > 10 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw Words.bad("a sequence set was expected");
        }
        long number = Long.parseLong(text);
        if (number == 0 || number > 0xFFFF_FFFFL) {
            throw Words.bad("a number of a sequence set is out of range");
        }
        return number;
    }
}
