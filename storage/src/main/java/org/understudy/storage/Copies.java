package org.understudy.storage;

import java.time.Instant;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.RandomAccess;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.MessageId;
import org.understudy.storage.keyspace.MessageRow;

/**
 * What one effect has copied into one mailbox, with UIDs in a row. Rows of messages are taken apart when somebody asks for
 * one, at each {@link #get} anew.
 */
public final class Copies extends AbstractList<Appended> implements RandomAccess {
    private final List<byte[]> rows = new ArrayList<>();
    private final Instant savedAt;
    private long firstUid;
    private long modSeq;

    Copies(Instant savedAt) {
        this.savedAt = savedAt;
    }

    /** @param row whole */
    void add(long uid, long atModSeq, byte[] row) {
        if (rows.isEmpty()) {
            firstUid = uid;
            modSeq = atModSeq;
        } else if (uid != firstUid + rows.size() || atModSeq != modSeq) {
            throw new IllegalStateException("copies of one effect have UIDs in a row and one MODSEQ");
        }
        rows.add(row);
    }

    @Override
    public Appended get(int index) {
        byte[] row = rows.get(index);
        return new Appended(
                uid(index),
                modSeq,
                new MessageId(MessageRow.messageId(row)),
                new MessageId(MessageRow.threadId(row)),
                new BodyId(MessageRow.body(row)),
                savedAt);
    }

    /** The UID of the message at {@code index}. */
    public long uid(int index) {
        return firstUid + index;
    }

    @Override
    public int size() {
        return rows.size();
    }
}
