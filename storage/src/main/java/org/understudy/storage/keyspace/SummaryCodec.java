package org.understudy.storage.keyspace;

import org.understudy.storage.MailboxSummary;
import org.understudy.storage.UidRanges;

/**
 * Byte form of a summary: {@code uidNext, highestModSeq, messages, unseen, bytes} as LEB128, then the sets
 * {@code uids | unseen | recent | deleted} ({@link RangesCodec}).
 */
public final class SummaryCodec {
    private SummaryCodec() {}

    public static byte[] encode(MailboxSummary summary) {
        MailboxState state = summary.state();
        RowWriter out = new RowWriter(64)
                .varint(state.uidNext())
                .varint(state.highestModSeq())
                .varint(state.messages())
                .varint(state.unseen())
                .varint(state.bytes());
        RangesCodec.write(summary.uids(), out);
        RangesCodec.write(summary.unseen(), out);
        RangesCodec.write(summary.recent(), out);
        RangesCodec.write(summary.deleted(), out);
        return out.done();
    }

    public static MailboxSummary decode(MailboxId mailbox, byte[] bytes) {
        RowReader in = new RowReader(Family.STATE, Keys.mailbox(mailbox), bytes);
        MailboxState state = new MailboxState(in.varint(), in.varint(), in.varint(), in.varint(), in.varint());
        UidRanges uids = RangesCodec.read(in);
        UidRanges unseen = RangesCodec.read(in);
        UidRanges recent = RangesCodec.read(in);
        UidRanges deleted = RangesCodec.read(in);
        in.end();
        return new MailboxSummary(state, uids, unseen, recent, deleted);
    }
}
