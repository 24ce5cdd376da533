package org.understudy.server.imap.select;

import org.apache.james.imap.api.message.IdRange;
import org.apache.james.imap.api.message.UidRange;
import org.apache.james.imap.api.process.ImapProcessor.Responder;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.message.request.AbstractMailboxSelectionRequest;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.UidChanges;
import org.understudy.storage.UidRanges;
import org.understudy.storage.keyspace.MailboxState;

/**
 * What a client that was away is told at SELECT with QRESYNC (RFC 7162 section 3.2.5): VANISHED (EARLIER) with what was
 * expunged, then a FETCH response for each message that came or changed.
 */
final class Resync {
    /** A client's sample of sequence numbers with their UIDs is read up to this length. */
    private static final int MOST_SAMPLES = 4096;

    private final AbstractMailboxSelectionRequest request;
    private final SelectedView view;
    private final MailboxState state;

    Resync(AbstractMailboxSelectionRequest request, SelectedView view, MailboxState state) {
        this.request = request;
        this.view = view;
        this.state = state;
    }

    void tell(ImapSession session, Lines lines, Responder out) {
        UidRanges asked =
                request.getUidSet() == null ? UidRanges.range(1, state.uidNext() - 1) : set(request.getUidSet());
        UidChanges changes = view.store().messages().uidChanges(view.mailbox(), request.getKnownModSeq());
        UidRanges vanished = changes.vanished()
                .and(asked)
                .within(
                        lastInStep(request.getKnownSequenceSet(), request.getKnownUidSet(), view.uids()) + 1,
                        0xFFFF_FFFFL);
        if (!vanished.isEmpty()) {
            lines.add("* VANISHED (EARLIER) ").add(vanished.toString()).end();
        }
        Notices.fetches(view, session, changes.changed().and(asked).and(view.uids()), true, lines, out);
    }

    /** James gives 2^63-1 for {@code *}. */
    private static UidRanges set(UidRange[] ranges) {
        UidRanges set = UidRanges.EMPTY;
        for (UidRange range : ranges) {
            long low = Math.min(range.getLowVal().asLong(), 0xFFFF_FFFFL);
            long high = Math.min(range.getHighVal().asLong(), 0xFFFF_FFFFL);
            set = set.plus(UidRanges.range(Math.max(1, Math.min(low, high)), Math.max(low, high)));
        }
        return set;
    }

    /**
     * The greatest UID of the client's sample whose sequence number it knows rightly: up to there it has missed no
     * expunge, since messages only ever join at the end. 0 if there is none.
     */
    static long lastInStep(IdRange @Nullable [] numbers, UidRange @Nullable [] uids, UidRanges present) {
        if (numbers == null || uids == null) {
            return 0;
        }
        long[] positions = new long[MOST_SAMPLES];
        int count = 0;
        for (IdRange range : numbers) {
            for (long n = range.getLowVal(); n <= range.getHighVal() && count < MOST_SAMPLES; n++) {
                positions[count++] = n;
            }
        }
        long inStep = 0;
        int at = 0;
        for (UidRange range : uids) {
            for (long uid = range.getLowVal().asLong();
                    uid <= range.getHighVal().asLong() && at < count;
                    uid++) {
                long position = positions[at++];
                if (position >= 1 && position <= present.size() && present.at((int) position) == uid) {
                    inStep = uid;
                }
            }
        }
        return inStep;
    }
}
