package org.understudy.storage;

import java.time.Instant;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.RandomAccess;
import org.understudy.storage.keyspace.Codec;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.ExpungedMessage;

/**
 * What one effect has expunged from one mailbox, by UID. Rows of messages are taken apart when somebody asks for one, at each
 * {@link #get} anew.
 */
public final class Expunges extends AbstractList<ExpungedMessage> implements RandomAccess {
    /** Nothing. */
    static final Expunges NONE = new Expunges(Instant.EPOCH, "", 0);

    private final List<Original> messages = new ArrayList<>();
    private final List<ExpungeReason> reasons = new ArrayList<>();
    private final Instant at;
    private final String author;
    private final long observedAt;
    private long modSeq;

    Expunges(Instant at, String author, long observedAt) {
        this.at = at;
        this.author = author;
        this.observedAt = observedAt;
    }

    void add(Original message, ExpungeReason reason, long atModSeq) {
        messages.add(message);
        reasons.add(reason);
        modSeq = atModSeq;
    }

    /** The row of the expunge log. */
    byte[] row(Original message, ExpungeReason reason) {
        return Codec.encodeExpunge(message.row(), message.flags(), modSeq, at, reason, author, observedAt);
    }

    @Override
    public ExpungedMessage get(int index) {
        Original message = messages.get(index);
        return new ExpungedMessage(
                message.facts(), message.flags(), modSeq, at, reasons.get(index), author, observedAt);
    }

    @Override
    public int size() {
        return messages.size();
    }

    /** The UID of the message at {@code index}. */
    public long uid(int index) {
        return messages.get(index).uid();
    }

    /** The MODSEQ of the expunge, 0 if there is none. */
    public long modSeq() {
        return modSeq;
    }
}
