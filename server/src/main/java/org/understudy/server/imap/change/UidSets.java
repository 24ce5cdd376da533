package org.understudy.server.imap.change;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.PrimitiveIterator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.james.imap.api.message.IdRange;
import org.apache.james.imap.api.process.SelectedMailbox;
import org.apache.james.mailbox.MessageUid;
import org.apache.james.mailbox.exception.MessageRangeException;
import org.understudy.storage.UidSet;

/** Sequence sets of commands as UIDs of the selected mailbox, and back (RFC 9051 section 9, {@code sequence-set}). */
final class UidSets {
    private UidSets() {}

    /**
     * UIDs are taken as they are named, whether or not the client has been told of the messages, which then is made up for
     * ({@link Changing#named}); {@code *} is the last that it was told of, so that nothing is changed by it that came in
     * unseen.
     *
     * @param uids whether the set names UIDs, not message numbers
     * @throws MessageRangeException for a message number that the session does not have
     */
    static UidSet of(IdRange[] set, boolean uids, SelectedMailbox selected) throws MessageRangeException {
        List<UidSet.Range> ranges = new ArrayList<>(set.length);
        long last = selected.getLastUid().map(MessageUid::asLong).orElse(0L);
        for (IdRange range : set) {
            long from = Math.min(range.getLowVal(), range.getHighVal());
            long to = Math.max(range.getLowVal(), range.getHighVal());
            if (!uids) {
                ranges.add(new UidSet.Range(uid(from, selected), uid(to, selected)));
            } else if (last > 0 || to != Long.MAX_VALUE) {
                long low = star(from, last);
                long high = star(to, last);
                ranges.add(new UidSet.Range(
                        Math.clamp(Math.min(low, high), 1, UidSet.MAX_UID),
                        Math.clamp(Math.max(low, high), 1, UidSet.MAX_UID)));
            }
        }
        return new UidSet(ranges);
    }

    private static long star(long value, long last) {
        return value == Long.MAX_VALUE ? last : value;
    }

    private static long uid(long number, SelectedMailbox selected) throws MessageRangeException {
        Optional<MessageUid> uid = number == Long.MAX_VALUE
                ? selected.getLastUid()
                : number > Integer.MAX_VALUE || number < 1 ? Optional.empty() : selected.uid((int) number);
        return uid.map(MessageUid::asLong)
                .orElseThrow(() -> new MessageRangeException("there is no message number "
                        + (number == Long.MAX_VALUE ? "*" : Long.toString(number)) + " in the mailbox"));
    }

    /**
     * Numbers from 1 in the order in which they come, neighbours drawn together as response codes want them; in COPYUID that
     * order says which became which (RFC 4315 section 3).
     */
    static IdRange[] ids(LongStream numbers) {
        List<IdRange> ranges = new ArrayList<>();
        PrimitiveIterator.OfLong next = numbers.iterator();
        long first = 0;
        long last = 0;
        while (next.hasNext()) {
            long number = next.nextLong();
            if (last != 0 && number != last + 1) {
                ranges.add(new IdRange(first, last));
            }
            first = last != 0 && number == last + 1 ? first : number;
            last = number;
        }
        if (last != 0) {
            ranges.add(new IdRange(first, last));
        }
        return ranges.toArray(IdRange[]::new);
    }

    /** The same as a sequence set. */
    static String text(List<Long> numbers) {
        return Arrays.stream(ids(numbers.stream().mapToLong(Long::longValue)))
                .map(IdRange::getFormattedString)
                .collect(Collectors.joining(","));
    }
}
