package org.understudy.restore.merge;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.shadow.Courtesy;
import org.understudy.restore.shadow.Pace;
import org.understudy.restore.shadow.SegmentFile;
import org.understudy.storage.BodyTables;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Digest;

/**
 * Reads whole tables back from live: those that the shadow's body files became. A table whose SHA-256 is that of the file in
 * which validation read each body and found it sound holds those bodies, octet for octet. One pass serves this and the
 * table's birth hash.
 *
 * <p>Nothing is believed of a table that differs, cannot be read, holds other bodies too, or was read before the merge: its
 * messages are left to be read one by one, which names those that differ.
 */
final class TablesBack {
    private static final Logger LOG = LoggerFactory.getLogger(TablesBack.class);

    private record Reading(SegmentFile segment, Future<Boolean> same) {}

    private record Due(BodyTables tables, SegmentFile segment, Path folder, Instant since) {}

    private final Courtesy courtesy;
    private final Pace pace;
    private final ExecutorService readers;
    private final List<Reading> begun = new ArrayList<>();
    private final List<Due> due = new ArrayList<>();
    private final NavigableMap<BodyId, SegmentFile> same = new TreeMap<>();

    /** @param courtesy tells whether users are at work, and how fast to read then */
    TablesBack(Courtesy courtesy, ExecutorService readers) {
        this.courtesy = courtesy;
        this.pace = new Pace(courtesy);
        this.readers = readers;
    }

    /**
     * Begins to read, unless users are at work: then {@link #finish} does.
     *
     * @param tables of the live store since the files were taken in
     * @param linked files that were taken in as they are
     * @param since before that
     */
    void begin(BodyTables tables, List<SegmentFile> linked, Path folder, Instant since) {
        boolean alone = courtesy.getAsLong() == 0;
        for (SegmentFile segment : linked) {
            Due one = new Due(tables, segment, folder, since);
            if (segment.sha256() == null) {
                LOG.debug("{} was not summed up when it was validated", segment.name());
            } else if (alone) {
                begun.add(new Reading(segment, readers.submit(() -> isSame(one))));
            } else {
                due.add(one);
            }
        }
    }

    /** Reads what is left, one table after the other, and waits for all that was begun. */
    void finish() throws InterruptedException {
        for (Due one : due) {
            if (isSame(one)) {
                same.put(one.segment().first(), one.segment());
            }
        }
        for (Reading one : begun) {
            try {
                if (one.same().get()) {
                    same.put(one.segment().first(), one.segment());
                }
            } catch (ExecutionException e) {
                if (e.getCause() instanceof RuntimeException fault) {
                    throw fault;
                }
                throw new IllegalStateException("reading a table back failed", e.getCause());
            }
        }
    }

    private boolean isSame(Due one) throws InterruptedException {
        SegmentFile segment = one.segment();
        Optional<Digest> found;
        try {
            found = one.tables().readBack(segment.in(one.folder()), one.since(), this::paced);
        } catch (CorruptionException e) {
            LOG.warn("The table of {} differs; its messages are read back one by one", segment.name(), e);
            return false;
        }
        if (found.isPresent() && !found.get().equals(segment.sha256())) {
            LOG.warn(
                    "The table of {} has the SHA-256 {}, and had {} when it was validated; its messages are read back one by"
                            + " one",
                    segment.name(),
                    found.get(),
                    segment.sha256());
        }
        return found.isPresent() && found.get().equals(segment.sha256());
    }

    private void paced(long octets) throws InterruptedException {
        synchronized (pace) {
            pace.await(octets);
        }
    }

    boolean isEmpty() {
        return same.isEmpty();
    }

    /** Whether a body was read back with its table, and is what validation found sound. */
    boolean hold(BodyId body) {
        var segment = same.floorEntry(body);
        return segment != null && body.compareTo(segment.getValue().last()) <= 0;
    }
}
