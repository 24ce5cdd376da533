package org.understudy.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;
import org.understudy.storage.engine.Effect;
import org.understudy.storage.engine.Engine;
import org.understudy.storage.engine.View;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.BodyCodec;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Codec;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Keys;
import org.understudy.storage.reclaim.BodyPins;
import org.understudy.storage.reclaim.ReclaimedBodies;

/** Writes and finds body rows. */
final class BodyTable {
    /** Bodies up to this size go into the effect that names them; larger ones are written ahead, chunk by chunk. */
    private static final long WRITE_AHEAD_BYTES = 4L << 20;

    private final Engine engine;
    private final Ids ids;

    private final BodyPins pins;
    private final ReclaimedBodies reclaimed;

    BodyTable(Engine engine, Ids ids, BodyPins pins, ReclaimedBodies reclaimed) {
        this.engine = engine;
        this.ids = ids;
        this.pins = pins;
        this.reclaimed = reclaimed;
    }

    /**
     * A body that is ready to be named by an effect.
     *
     * @param stored whether its rows and its index row are in the store already
     * @param chunks the chunks that go into the effect, none if stored
     */
    record Ready(BodyId id, boolean stored, Chunks chunks, long size, Digest rawDigest) {}

    /** Bytes of an array that nobody changes. */
    static final class Slice {
        private final byte[] array;
        private final int offset;
        private final int length;

        Slice(byte[] array, int offset, int length) {
            this.array = array;
            this.offset = offset;
            this.length = length;
        }

        byte[] array() {
            return array;
        }

        int offset() {
            return offset;
        }

        int length() {
            return length;
        }
    }

    /** Chunks that go into the effect; the first is chunk 0. */
    record Chunks(java.util.List<Slice> slices) {
        static final Chunks NONE = new Chunks(java.util.List.of());
    }

    /** Lets go of bodies that effects have named, now that these are on disk or have failed. */
    void letGo(java.util.List<BodyId> pinned) {
        pinned.forEach(pins::unpin);
    }

    /**
     * Pins a body that the caller says is in the store.
     *
     * @throws OperatorException {@link Reason#CONFLICT} if it was reclaimed
     */
    BodyId pin(BodyId id) {
        boolean pinned = pins.pin(id);
        if (pinned && reclaimed.has(id) && !exists(id)) {
            pins.unpin(id);
            pinned = false;
        }
        if (!pinned) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "body " + id + " was reclaimed: the window of its expunges was over, and no message named it",
                    "Bring the message from a snapshot: 'understudy restore stage'.");
        }
        return id;
    }

    private boolean exists(BodyId id) {
        return engine.latest().read(Family.BODY, Keys.body(id, 0), new byte[0]) >= 0;
    }

    /**
     * Finds an equal body, or reads the content and writes ahead what is too large for one effect. A body that is stored is
     * pinned: {@link #letGo} is to follow when the effect that names it has ended.
     */
    Ready prepare(NewMessage.Body.Bytes body, Author author) {
        Content content = body.content();
        Optional<BodyId> equal = findEqual(body.rawDigest(), content.size());
        if (equal.isPresent()) {
            return new Ready(equal.get(), true, Chunks.NONE, content.size(), body.rawDigest());
        }
        BodyId id = new BodyId(ids.next());
        java.nio.ByteBuffer bytes = content.inMemory();
        return bytes == null ? read(id, body, author) : inMemory(id, bytes, body.rawDigest(), author);
    }

    /** Takes the bytes as they lie in memory: nobody changes them, so what was hashed is what is stored. */
    private Ready inMemory(BodyId id, java.nio.ByteBuffer bytes, Digest rawDigest, Author author) {
        int size = bytes.remaining();
        int first = bytes.arrayOffset() + bytes.position();
        java.util.List<Slice> kept = new java.util.ArrayList<>();
        for (int chunk = 0; chunk < BodyCodec.chunks(size); chunk++) {
            int from = chunk * BodyCodec.CHUNK_BYTES;
            Slice slice = new Slice(bytes.array(), first + from, Math.min(BodyCodec.CHUNK_BYTES, size - from));
            place(id, chunk, slice, size, kept, author);
        }
        return new Ready(id, false, new Chunks(kept), size, rawDigest);
    }

    private Ready read(BodyId id, NewMessage.Body.Bytes body, Author author) {
        Content content = body.content();
        java.security.MessageDigest digest = Digest.sha256();
        java.util.List<Slice> kept = new java.util.ArrayList<>();
        long total = 0;
        try (InputStream in = content.open()) {
            int chunk = 0;
            byte[] bytes = in.readNBytes(BodyCodec.CHUNK_BYTES);
            do {
                digest.update(bytes);
                total += bytes.length;
                place(id, chunk, new Slice(bytes, 0, bytes.length), content.size(), kept, author);
                chunk++;
                bytes = in.readNBytes(BodyCodec.CHUNK_BYTES);
            } while (bytes.length > 0);
        } catch (IOException e) {
            throw new OperatorException(
                    Reason.IO,
                    "a message of " + content.size() + " octets cannot be read: " + e.getMessage(),
                    "Nothing was stored; send it again.",
                    e);
        }
        if (total != content.size() || !Digest.of(digest.digest()).equals(body.rawDigest())) {
            throw new IllegalStateException("a message changed while it was stored: " + content.size()
                    + " octets announced, " + total + " read, digest "
                    + (total == content.size() ? "differs" : "not compared"));
        }
        return new Ready(id, false, new Chunks(kept), total, body.rawDigest());
    }

    /** Keeps a chunk for the effect, or writes it ahead where the body is too large for one. */
    private void place(BodyId id, int chunk, Slice slice, long size, java.util.List<Slice> kept, Author author) {
        if (chunk == 0 || size <= WRITE_AHEAD_BYTES) {
            kept.add(slice);
        } else {
            engine.writeAhead(new Effect(author).put(Family.BODY, Keys.body(id, chunk), next(slice)));
        }
    }

    private static byte[] next(Slice slice) {
        return BodyCodec.encodeNext(slice.array(), slice.offset(), slice.length());
    }

    /** Adds the rows of a body that is not stored yet. */
    static void write(Effect effect, Ready ready, BodyCodec.Head head) {
        if (ready.stored()) {
            return;
        }
        java.util.List<Slice> chunks = ready.chunks().slices();
        for (int i = 0; i < chunks.size(); i++) {
            Slice slice = chunks.get(i);
            effect.put(
                    Family.BODY,
                    Keys.body(ready.id(), i),
                    i == 0 ? BodyCodec.encodeFirst(head, slice.array(), slice.offset(), slice.length()) : next(slice));
        }
        effect.put(
                Family.BODY_INDEX,
                Keys.bodyIndex(ready.rawDigest()),
                Codec.encodeId(ready.id().value()));
    }

    private Optional<BodyId> findEqual(Digest rawDigest, long size) {
        byte[] key = Keys.bodyIndex(rawDigest);
        View view = engine.latest();
        Optional<BodyId> candidate =
                view.get(Family.BODY_INDEX, key).map(v -> new BodyId(Codec.id(Family.BODY_INDEX, key, v)));
        // Pinned first and looked for then: what is there now stays until the effect that names it has ended.
        return candidate.filter(pins::pin).filter(id -> {
            boolean equal = false;
            try {
                byte[] bodyKey = Keys.body(id, 0);
                equal = view.get(Family.BODY, bodyKey)
                        .map(value -> BodyCodec.head(bodyKey, value))
                        .filter(head -> head.size() == size && head.rawDigest().equals(rawDigest))
                        .isPresent();
                return equal;
            } finally {
                if (!equal) {
                    pins.unpin(id);
                }
            }
        });
    }

    /** The head of a body. */
    static BodyCodec.Head head(View view, BodyId id) {
        byte[] key = Keys.body(id, 0);
        return BodyCodec.head(key, chunk(view, id, 0));
    }

    /** The value of a chunk's row, which must be there. */
    static byte[] chunk(View view, BodyId id, int chunk) {
        byte[] key = Keys.body(id, chunk);
        return view.get(Family.BODY, key).orElseThrow(() -> missing(id, chunk, key));
    }

    /** @see Bodies#read(BodyId, int, ByteBuffer) */
    static int read(View view, BodyId id, int chunk, ByteBuffer into) {
        byte[] key = Keys.body(id, chunk);
        int start = into.position();
        int room = into.remaining();
        int length = view.read(Family.BODY, key, into);
        if (length < 0) {
            throw missing(id, chunk, key);
        }
        if (length > room) {
            return length;
        }
        into.limit(start + length).position(start);
        into.position(start + BodyCodec.dataOffset(key, into, chunk));
        return 0;
    }

    private static CorruptionException missing(BodyId id, int chunk, byte[] key) {
        return new CorruptionException(
                Family.BODY.columnFamily(),
                HexFormat.of().formatHex(key),
                "chunk " + chunk + " of body " + id + " is missing",
                null);
    }

    /** All bytes. */
    static byte[] read(View view, BodyId id) {
        byte[] first = chunk(view, id, 0);
        byte[] key = Keys.body(id, 0);
        BodyCodec.Head head = BodyCodec.head(key, first);
        if (head.chunks() == 1) {
            byte[] data = BodyCodec.data(key, first, 0);
            requireSize(id, head.size(), data.length);
            return data;
        }
        return read(view, id, 0, Math.toIntExact(head.size()));
    }

    /** Bytes of a range, fewer where the body ends. */
    static byte[] read(View view, BodyId id, long offset, int length) {
        byte[] first = chunk(view, id, 0);
        BodyCodec.Head head = BodyCodec.head(Keys.body(id, 0), first);
        if (offset >= head.size() || length <= 0) {
            return new byte[0];
        }
        int wanted = (int) Math.min(length, head.size() - offset);
        byte[] out = new byte[wanted];
        int filled = 0;
        while (filled < wanted) {
            long at = offset + filled;
            int chunk = (int) (at / BodyCodec.CHUNK_BYTES);
            byte[] key = Keys.body(id, chunk);
            byte[] value = chunk == 0 ? first : chunk(view, id, chunk);
            int from = BodyCodec.dataOffset(key, value, chunk) + (int) (at % BodyCodec.CHUNK_BYTES);
            int part = Math.min(wanted - filled, value.length - from);
            if (part <= 0) {
                throw new CorruptionException(
                        Family.BODY.columnFamily(),
                        HexFormat.of().formatHex(key),
                        "body " + id + " of " + head.size() + " octets ends in chunk " + chunk,
                        null);
            }
            System.arraycopy(value, from, out, filled, part);
            filled += part;
        }
        return out;
    }

    private static void requireSize(BodyId id, long expected, long found) {
        if (expected != found) {
            throw new CorruptionException(
                    Family.BODY.columnFamily(),
                    HexFormat.of().formatHex(Keys.body(id, 0)),
                    "body " + id + " should have " + expected + " octets and has " + found,
                    null);
        }
    }

    /** A stream that holds one chunk at a time. */
    static InputStream open(View view, BodyId id) {
        byte[] first = chunk(view, id, 0);
        BodyCodec.Head head = BodyCodec.head(Keys.body(id, 0), first);
        return new ChunkStream(view, id, head.size(), BodyCodec.data(Keys.body(id, 0), first, 0));
    }

    private static final class ChunkStream extends InputStream {
        private final View view;
        private final BodyId id;
        private final long size;
        private byte[] data;
        private int at;
        private int chunk;
        private long given;

        ChunkStream(View view, BodyId id, long size, byte[] first) {
            this.view = view;
            this.id = id;
            this.size = size;
            data = first;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            java.util.Objects.checkFromIndexSize(offset, length, into.length);
            if (length == 0) {
                return 0;
            }
            if (given == size) {
                return -1;
            }
            if (at == data.length) {
                chunk++;
                data = BodyCodec.data(Keys.body(id, chunk), chunk(view, id, chunk), chunk);
                at = 0;
            }
            int part = Math.min(length, data.length - at);
            if (part == 0 || given + part > size) {
                requireSize(id, size, given + part);
            }
            System.arraycopy(data, at, into, offset, part);
            at += part;
            given += part;
            return part;
        }

        @Override
        public int available() {
            return (int) Math.min(data.length - at, size - given);
        }
    }
}
