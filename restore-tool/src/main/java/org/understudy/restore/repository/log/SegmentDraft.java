package org.understudy.restore.repository.log;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.LoggedEffect;
import org.understudy.storage.keyspace.Digest;

/** A segment that is being filled, in memory. */
final class SegmentDraft {
    /** Items are compressed together up to about so many bytes. */
    static final int FRAME_BYTES = 1 << 20;

    /** An effect's rows are parted where they are more. */
    static final int ITEM_BYTES = 4 << 20;

    private static final int LEVEL = 3;

    private final long firstSequence;
    private final ByteArrayOutputStream stored = new ByteArrayOutputStream();
    private final ByteArrayOutputStream raw = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(raw);
    private final List<LogHead.Frame> frames = new ArrayList<>();
    private final List<Long> skipped = new ArrayList<>();
    private final SortedMap<String, Long> users = new TreeMap<>();
    private long next;
    private long firstAt = -1;
    private long lastAt = -1;
    private long effects;
    private long rows;
    private long bodies;
    private long unreadable;
    private long clockBack;
    private long lastRow;
    private String lastEffect = "";
    private @Nullable LogEntry open;
    private long frameFirst = -1;
    private long frameFirstAt;

    SegmentDraft(long firstSequence) {
        this.firstSequence = firstSequence;
        this.next = firstSequence;
    }

    /** An effect with the users whose mail it concerns. */
    void effect(LoggedEffect effect, long at, SortedSet<String> concerned) {
        List<LoggedEffect.Row> part = new ArrayList<>();
        long size = 0;
        LogEntry.Kind kind = LogEntry.Kind.EFFECT;
        for (LoggedEffect.Row row : effect.rows()) {
            long rowSize = row.key().length + (long) row.value().length;
            if (!part.isEmpty() && size + rowSize > ITEM_BYTES) {
                item(new LogEntry(kind, part.getFirst().sequence(), at, effect.author(), part));
                kind = LogEntry.Kind.CONTINUED;
                part = new ArrayList<>();
                size = 0;
            }
            part.add(row);
            size += rowSize;
        }
        item(new LogEntry(kind, part.getFirst().sequence(), at, effect.author(), part));
        effects++;
        rows += effect.rows().size();
        next = effect.rows().getLast().sequence() + 1;
        firstAt = firstAt < 0 ? at : firstAt;
        lastAt = at;
        lastRow = next - 1;
        lastEffect = digest(effect);
        concerned.forEach(user -> users.merge(user, 1L, Long::sum));
    }

    /** As {@link LogHead#lastEffect} has it. */
    static String digest(LoggedEffect effect) {
        MessageDigest sum = Digest.sha256();
        for (LoggedEffect.Row row : effect.rows()) {
            sum.update(row.key());
            sum.update(row.value());
        }
        return Digest.of(sum.digest()).toString();
    }

    /** Rows of a body for the effect that comes next. */
    void body(long at, List<LoggedEffect.Row> chunks) {
        for (LoggedEffect.Row chunk : chunks) {
            item(new LogEntry(LogEntry.Kind.BODY, next, at, "", List.of(chunk)));
        }
        bodies++;
    }

    void unreadableBody() {
        unreadable++;
    }

    /** A sequence number that nothing but files taken in accounts for. */
    void skip(long sequence) {
        skipped.add(sequence);
        next = sequence + 1;
    }

    void clockWasBack(long millis) {
        clockBack = Math.max(clockBack, millis);
    }

    private void item(LogEntry entry) {
        if (frameFirst < 0) {
            frameFirst = entry.sequence();
            frameFirstAt = entry.at();
        }
        try {
            EntryCodec.write(out, entry);
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory", e);
        }
        if (raw.size() >= FRAME_BYTES) {
            endFrame(entry);
        } else {
            open = entry;
        }
    }

    /** {@code stored:4 raw:4 crc32c:4} and the compressed items. */
    private void endFrame(LogEntry last) {
        byte[] items = raw.toByteArray();
        raw.reset();
        open = null;
        byte[] compressed = Zstd.compress(items, LEVEL);
        CRC32C crc = new CRC32C();
        crc.update(compressed);
        ByteBuffer frame = ByteBuffer.allocate(SegmentFile.FRAME_HEAD + compressed.length)
                .putInt(compressed.length)
                .putInt(items.length)
                .putInt((int) crc.getValue())
                .put(compressed);
        stored.writeBytes(frame.array());
        frames.add(new LogHead.Frame(
                frame.capacity(),
                Digest.of(Digest.sha256().digest(frame.array())).toString(),
                frameFirst,
                last.next() - 1,
                Instant.ofEpochMilli(frameFirstAt),
                Instant.ofEpochMilli(last.at())));
        frameFirst = -1;
    }

    /** Stored so far. */
    long size() {
        return stored.size() + (long) raw.size();
    }

    boolean isEmpty() {
        return next == firstSequence;
    }

    /** The first number that it does not account for. */
    long next() {
        return next;
    }

    long effects() {
        return effects;
    }

    /** Time of the last effect, or -1. */
    long lastAt() {
        return lastAt;
    }

    /** Ends the last frame; returns all of them. */
    byte[] frames() {
        LogEntry last = open;
        if (last != null) {
            endFrame(last);
        }
        return stored.toByteArray();
    }

    /** To be called after {@link #frames()}. */
    LogHead head(SegmentPlace place, Instant upTo) {
        return new LogHead(
                LogHead.FORMAT,
                LogHead.VERSION,
                place.tool(),
                place.repositoryId(),
                place.number(),
                place.storeId(),
                place.storeLine(),
                place.line(),
                place.start(),
                firstSequence,
                next - 1,
                firstAt < 0 ? null : Instant.ofEpochMilli(firstAt),
                lastAt < 0 ? null : Instant.ofEpochMilli(lastAt),
                upTo,
                effects,
                rows,
                bodies,
                unreadable,
                clockBack,
                skipped,
                lastEffect.isEmpty() ? place.lastRow() : lastRow,
                lastEffect.isEmpty() ? place.lastEffect() : lastEffect,
                users.entrySet().stream()
                        .map(user -> new LogHead.UserEffects(user.getKey(), user.getValue()))
                        .toList(),
                frames,
                place.signingKey(),
                place.predecessor());
    }
}
