package org.understudy.storage;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.engine.Effect;
import org.understudy.storage.engine.Engine;
import org.understudy.storage.engine.Ticket;
import org.understudy.storage.engine.View;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Keys;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MessageFacts;
import org.understudy.storage.keyspace.MessageRow;
import org.understudy.storage.keyspace.StructureCodec;
import org.understudy.storage.mime.MessageStructure;
import org.understudy.storage.mime.StructureReader;

/**
 * The structures of messages: a row beside each message that is not a copy, written with it, so that no FETCH parses mail.
 * A copy shares the row of what it was copied from, which stays when that is expunged, until the body is reclaimed.
 *
 * <p>Rows are derived from bodies. Messages that came before there were such rows have none until {@link #mend} or {@link
 * #complete} has written it; whoever finds none, or one that cannot be read, reads the body instead ({@link #read}).
 */
public final class Structures {
    private static final Author AUTHOR = new Author.Housekeeping("structures");

    /** Setting of a store that an older version has written: messages lack their rows. */
    private static final byte[] LACKING = Keys.row("storage", "structures-lacking");

    /** Messages whose bodies are read between two effects. */
    private static final int BATCH = 256;

    private final Engine engine;
    private final Handles handles;

    Structures(Engine engine, Handles handles) {
        this.engine = engine;
        this.handles = handles;
    }

    /**
     * Of a message that is there.
     *
     * @throws CorruptionException if neither its row nor its body can be read
     */
    public MessageStructure of(MessageFacts facts) {
        byte[] own = Keys.message(facts.mailbox(), facts.uid());
        try {
            byte[] key = engine.latest()
                    .get(Family.MESSAGE, own)
                    .filter(MessageRow::isWhole)
                    .map(there -> MessageRow.structureKey(own, there))
                    .orElse(own);
            Optional<byte[]> row = engine.latest().get(Family.STRUCTURE, key);
            return row.isPresent() ? StructureCodec.decode(key, row.get()) : read(facts.body(), facts.size());
        } catch (CorruptionException damaged) {
            return read(facts.body(), facts.size());
        }
    }

    /**
     * Gives {@code out} the structures that rows tell of a UID range, by UID. Copies, and rows that cannot be read, are left
     * out; there may be some of messages that were expunged.
     */
    public void scan(MailboxId mailbox, long fromUid, long toUid, BiConsumer<Long, MessageStructure> out) {
        try {
            engine.latest()
                    .scan(
                            Family.STRUCTURE,
                            Keys.message(mailbox, fromUid),
                            Keys.message(mailbox, toUid + 1),
                            (key, value) -> {
                                try {
                                    out.accept(Keys.uidOf(Family.STRUCTURE, key), StructureCodec.decode(key, value));
                                } catch (CorruptionException damaged) {
                                    // Whoever needs it reads the body.
                                    return true;
                                }
                                return true;
                            });
        } catch (CorruptionException unreadable) {
            // The same, for all that is left.
            return;
        }
    }

    /** Reads a body. */
    public MessageStructure read(BodyId body, long size) {
        return read(engine.uncached(), body, size);
    }

    /** @throws CorruptionException if the body cannot be read */
    public static MessageStructure read(View view, BodyId body, long size) {
        try {
            return StructureReader.read(new Content() {
                @Override
                public long size() {
                    return size;
                }

                @Override
                public InputStream open() {
                    return BodyTable.open(view, body);
                }
            });
        } catch (IOException e) {
            throw new IllegalStateException("a body in the store is read without I/O of its own", e);
        }
    }

    /** The row to write with a new message, or null if its body is in the store and cannot be read. */
    byte @Nullable [] rowOf(NewMessage message) {
        MessageStructure known = message.structure();
        if (known != null) {
            return StructureCodec.encode(known);
        }
        return switch (message.body()) {
            case NewMessage.Body.Bytes bytes -> {
                try {
                    yield StructureCodec.encode(StructureReader.read(bytes.content()));
                } catch (IOException e) {
                    throw new OperatorException(
                            Reason.IO,
                            "a message of " + message.size() + " octets cannot be read: " + e.getMessage(),
                            "Nothing was stored; send it again.",
                            e);
                }
            }
            case NewMessage.Body.Stored stored -> rowOf(stored.id(), message.size());
            case NewMessage.Body.Adopted adopted -> rowOf(adopted.id(), message.size());
        };
    }

    private byte @Nullable [] rowOf(BodyId body, long size) {
        try {
            return StructureCodec.encode(read(body, size));
        } catch (CorruptionException unreadable) {
            // The message is as damaged as its body, which fsck and the reader of either will say.
            return null;
        }
    }

    /**
     * Writes the structures that readers have made of bodies, for those messages that are still there with these bodies.
     * Where the store was opened for reading, does nothing.
     *
     * @param structures by UID
     * @param bodies the bodies they were made of, by UID
     */
    public void mend(MailboxId mailbox, SortedMap<Long, byte[]> structures, Map<Long, BodyId> bodies) {
        if (structures.isEmpty() || engine.isReadOnly()) {
            return;
        }
        handles.effect(mailbox, handle -> {
            handle.settle();
            Effect effect = new Effect(AUTHOR);
            structures.forEach((uid, row) -> {
                byte[] key = Keys.message(mailbox, uid);
                BodyId body = bodies.get(uid);
                engine.latest()
                        .get(Family.MESSAGE, key)
                        .filter(MessageRow::isWhole)
                        .filter(there -> body != null && MessageRow.body(there) == body.value())
                        .ifPresent(there -> effect.put(Family.STRUCTURE, MessageRow.structureKey(key, there), row));
            });
            if (effect.isEmpty()) {
                return new Handles.Submitted<>(0, Optional.empty());
            }
            Ticket ticket = engine.submit(effect);
            handle.submitted(ticket, handle.state());
            return new Handles.Submitted<>(structures.size(), Optional.of(ticket));
        });
    }

    /** Whether every message has its row, but for those whose bodies cannot be read. */
    public boolean isComplete() {
        return isComplete(engine.latest());
    }

    /** The same as of a view. */
    public static boolean isComplete(View view) {
        return view.has(Family.STRUCTURE) && view.get(Family.SETTING, LACKING).isEmpty();
    }

    /** Between two batches of {@link #complete}. */
    public interface Pace {
        /** @throws InterruptedException to break off */
        void await(long octets) throws InterruptedException;
    }

    /**
     * Writes the rows of all messages that lack theirs, a batch of bodies at a time, and notes that it is done. May be
     * broken off and begun again.
     *
     * @return how many were written
     */
    public long complete(Collection<MailboxRow> mailboxes, Pace pace) throws InterruptedException {
        long written = 0;
        for (MailboxRow mailbox : mailboxes) {
            written += complete(mailbox.id(), pace);
        }
        engine.commit(new Effect(AUTHOR).delete(Family.SETTING, LACKING));
        return written;
    }

    /** Notes that there are messages without rows, since they came before there were any. */
    void noteLacking() {
        engine.commit(new Effect(AUTHOR)
                .put(Family.SETTING, LACKING, org.understudy.storage.keyspace.Codec.encodeBlob(new byte[0])));
    }

    private long complete(MailboxId mailbox, Pace pace) throws InterruptedException {
        long written = 0;
        List<Lacking> lacking = lacking(mailbox);
        for (int from = 0; from < lacking.size(); from += BATCH) {
            SortedMap<Long, byte[]> rows = new TreeMap<>();
            Map<Long, BodyId> bodies = new HashMap<>();
            long octets = 0;
            for (Lacking one : lacking.subList(from, Math.min(lacking.size(), from + BATCH))) {
                byte[] row = rowOf(one.body(), one.size());
                if (row != null) {
                    rows.put(one.uid(), row);
                    bodies.put(one.uid(), one.body());
                }
                octets += one.size();
            }
            pace.await(octets);
            try {
                mend(mailbox, rows, bodies);
                written += rows.size();
            } catch (OperatorException e) {
                if (e.reason() != Reason.NOT_FOUND) {
                    throw e;
                }
                return written;
            }
        }
        return written;
    }

    private record Lacking(long uid, BodyId body, long size) {}

    private List<Lacking> lacking(MailboxId mailbox) {
        List<Lacking> lacking = new java.util.ArrayList<>();
        java.util.Set<Long> have = new java.util.HashSet<>();
        byte[] prefix = Keys.mailbox(mailbox);
        engine.uncached().scanPrefix(Family.STRUCTURE, prefix, (key, value) -> {
            have.add(Keys.uidOf(Family.STRUCTURE, key));
            return true;
        });
        engine.uncached().scanPrefix(Family.MESSAGE, prefix, (key, value) -> {
            long uid = Keys.uidOf(Family.MESSAGE, key);
            if (MessageRow.isWhole(value) && !has(have, key, value)) {
                lacking.add(new Lacking(uid, new BodyId(MessageRow.body(value)), MessageRow.size(value)));
            }
            return true;
        });
        return lacking;
    }

    /** @param have UIDs of the message's mailbox with rows of their own */
    private boolean has(java.util.Set<Long> have, byte[] key, byte[] value) {
        return MessageRow.isCopy(value)
                ? engine.uncached()
                        .get(Family.STRUCTURE, MessageRow.structureKey(key, value))
                        .isPresent()
                : have.contains(Keys.uidOf(Family.MESSAGE, key));
    }
}
