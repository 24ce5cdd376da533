package org.understudy.restore.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.job.OnDisk;
import org.understudy.restore.shadow.OneAtATime;
import org.understudy.restore.shadow.Pace;
import org.understudy.restore.shadow.SegmentFile;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.storage.JournalRow;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Digest;

/**
 * The SHA-256 of each body file of a shadow, taken before its bodies are read, and recorded if each of them was sound: whoever
 * finds a file with this sum later holds the octets in which all those bodies were. Used once, by one thread.
 */
final class SegmentSums {
    private static final int PIECE = 1 << 20;

    private final ShadowStore shadow;
    private final ExecutorService readers;
    private final OneAtATime turn;
    private final Pace pace;
    private final NavigableMap<BodyId, SegmentFile> segments = new TreeMap<>();
    private final Map<BodyId, Future<Digest>> sums = new HashMap<>();
    /** Sound bodies of each file, counted from its first. */
    private final Map<BodyId, BitSet> sound = new HashMap<>();

    /**
     * @param readers that sum files up, and read bodies, in the order in which they are asked to
     * @param pace at which files are read
     */
    SegmentSums(ShadowStore shadow, ExecutorService readers, OneAtATime turn, Pace pace) {
        this.shadow = shadow;
        this.readers = readers;
        this.turn = turn;
        this.pace = pace;
        shadow.segments().forEach(segment -> segments.put(segment.first(), segment));
    }

    /** What a body's reader does first: it waits until the body's file is summed up, which this begins where it has not. */
    Callable<Void> before(BodyId body) throws InterruptedException {
        SegmentFile segment = segmentOf(body);
        if (segment == null) {
            return () -> null;
        }
        Future<Digest> sum = begun(segment);
        Map.Entry<BodyId, SegmentFile> next = segments.higherEntry(segment.first());
        if (next != null) {
            // Before this one's bodies, so that no reader has to wait for it.
            begun(next.getValue());
        }
        return () -> {
            sum.get();
            return null;
        };
    }

    private Future<Digest> begun(SegmentFile segment) throws InterruptedException {
        Future<Digest> before = sums.get(segment.first());
        if (before != null) {
            return before;
        }
        Path file = shadow.segmentFolder().resolve(segment.name());
        pace.await(segment.bytes());
        Future<Digest> sum = readers.submit(() -> turn.run(() -> sum(file)));
        sums.put(segment.first(), sum);
        return sum;
    }

    private @Nullable SegmentFile segmentOf(BodyId body) {
        Map.Entry<BodyId, SegmentFile> before = segments.floorEntry(body);
        return before == null || body.compareTo(before.getValue().last()) > 0 ? null : before.getValue();
    }

    private static Digest sum(Path file) {
        MessageDigest sha256 = Digest.sha256();
        byte[] piece = new byte[PIECE];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                sha256.update(piece, 0, n);
            }
        } catch (IOException e) {
            throw OnDisk.failure("cannot read " + file, e);
        }
        return Digest.of(sha256.digest());
    }

    /** A body was read, and has the digest of its source. */
    void sound(BodyId body) {
        SegmentFile segment = segmentOf(body);
        if (segment != null) {
            sound.computeIfAbsent(segment.first(), first -> new BitSet())
                    .set(Math.toIntExact(body.value() - segment.first().value()));
        }
    }

    /** Rows of the files of which something else is now known than before. */
    List<JournalRow> rows() throws InterruptedException {
        List<JournalRow> rows = new ArrayList<>();
        for (SegmentFile segment : segments.values()) {
            BitSet bodies = sound.get(segment.first());
            Digest sum = bodies != null && bodies.cardinality() == segment.bodies() ? sumOf(segment) : null;
            if (!Objects.equals(sum, segment.sha256())) {
                rows.add(shadow.validatedRow(segment, sum));
            }
        }
        return rows;
    }

    private @Nullable Digest sumOf(SegmentFile segment) throws InterruptedException {
        Future<Digest> sum = sums.get(segment.first());
        try {
            return sum == null ? null : sum.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException fault) {
                throw fault;
            }
            throw new IllegalStateException("summing up a body file failed", e.getCause());
        }
    }
}
