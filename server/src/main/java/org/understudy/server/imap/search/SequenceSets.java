package org.understudy.server.imap.search;

import java.util.ArrayList;
import java.util.List;
import org.apache.james.imap.api.message.IdRange;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.api.process.SelectedMailbox;
import org.apache.james.imap.decode.DecodingException;
import org.apache.james.mailbox.MessageUid;
import org.understudy.storage.UidSet;

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
        List<UidSet.Range> ranges = new ArrayList<>();
        for (IdRange range : SavedSearch.uids(session)) {
            ranges.add(new UidSet.Range(range.getLowVal(), range.getHighVal()));
        }
        return new UidSet(ranges);
    }

    UidSet recent() {
        List<UidSet.Range> ranges = new ArrayList<>();
        for (MessageUid uid : selected.getRecent()) {
            ranges.add(new UidSet.Range(uid.asLong(), uid.asLong()));
        }
        return new UidSet(ranges);
    }

    /** {@code *} is the highest UID that the client knows, so that {@code 999:*} always means that one too. */
    UidSet uids(String text) throws DecodingException {
        long last = selected.getLastUid().map(MessageUid::asLong).orElse(0L);
        return new UidSet(ranges(text, last));
    }

    /** Numbers above the number of messages mean none, but for {@code *}. */
    UidSet numbers(String text) throws DecodingException {
        long count = selected.existsCount();
        List<UidSet.Range> uids = new ArrayList<>();
        for (UidSet.Range range : ranges(text, count)) {
            long to = Math.min(range.to(), count);
            if (range.from() <= to) {
                uids.add(new UidSet.Range(uid(range.from()), uid(to)));
            }
        }
        return new UidSet(uids);
    }

    private long uid(long number) throws DecodingException {
        return selected.uid((int) number)
                .map(MessageUid::asLong)
                .orElseThrow(() -> Words.bad("there is no message of such a number"));
    }

    private static List<UidSet.Range> ranges(String text, long star) throws DecodingException {
        List<UidSet.Range> ranges = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            int colon = part.indexOf(':');
            long from = number(colon < 0 ? part : part.substring(0, colon), star);
            long to = colon < 0 ? from : number(part.substring(colon + 1), star);
            if (from > 0 && to > 0) {
                ranges.add(new UidSet.Range(Math.min(from, to), Math.max(from, to)));
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
