package org.understudy.storage;

import org.understudy.storage.keyspace.Codec;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MessageFacts;
import org.understudy.storage.keyspace.MessageFlags;

/** A message as it lay in a mailbox when something was done with it. Its row is taken apart when somebody asks. */
public final class Original {
    private final byte[] key;
    private final byte[] row;
    private final MessageFlags flags;

    /** @param row whole */
    Original(byte[] key, byte[] row, MessageFlags flags) {
        this.key = key;
        this.row = row;
        this.flags = flags;
    }

    public long uid() {
        return flags.uid();
    }

    /** Decoded anew at each call. */
    public MessageFacts facts() {
        return Codec.messageFacts(key, row);
    }

    public Flags flags() {
        return flags.flags();
    }

    MessageFlags messageFlags() {
        return flags;
    }

    byte[] key() {
        return key;
    }

    byte[] row() {
        return row;
    }
}
