package org.understudy.storage.reclaim;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Lock;
import org.understudy.storage.engine.Engine;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Keys;

/** Has RocksDB rewrite tables of bodies, in ranges of ids of which enough was deleted for that to pay. */
final class Compaction {
    /** Tables are rewritten for a range of ids when as much of it as this was deleted: a quarter. */
    private static final int DELETED_SHARE = 4;

    /** Tables of about so many octets are rewritten at a time. */
    private static final long OCTETS = 256L << 20;

    private final Engine engine;
    private final ReclaimedBodies reclaimed;
    private final Lock batch;
    private final List<ReclaimedBodies.Row> run = new ArrayList<>();
    private long runOctets;
    private long ranges;
    private long before;
    private long after;
    private long pending;

    /** @param batch held while rows of reclaimed bodies change */
    Compaction(Engine engine, ReclaimedBodies reclaimed, Lock batch) {
        this.engine = engine;
        this.reclaimed = reclaimed;
        this.batch = batch;
    }

    Reclaim.Compacted run(Reclaim.Obstacle obstacle, Reclaim.Pace pace) throws InterruptedException {
        List<ReclaimedBodies.Row> rows = ReclaimedBodies.all(engine.latest()).stream()
                .filter(row -> row.octets() > 0)
                .toList();
        pending = rows.stream().mapToLong(ReclaimedBodies.Row::octets).sum();
        for (ReclaimedBodies.Row row : rows) {
            long size = engine.approximateSize(Family.BODY, from(row), to(row));
            if (row.octets() * DELETED_SHARE < size) {
                continue;
            }
            if (!run.isEmpty() && (run.getLast().number() + 1 != row.number() || runOctets + size > OCTETS)) {
                if (obstacle.now().isPresent()) {
                    return result();
                }
                rewrite(pace);
            }
            run.add(row);
            runOctets += size;
        }
        if (!run.isEmpty() && obstacle.now().isEmpty()) {
            rewrite(pace);
        }
        return result();
    }

    private Reclaim.Compacted result() {
        return new Reclaim.Compacted(ranges, before, after, pending);
    }

    private void rewrite(Reclaim.Pace pace) throws InterruptedException {
        byte[] from = from(run.getFirst());
        byte[] to = to(run.getLast());
        engine.compact(Family.BODY, from, to);
        batch.lock();
        try {
            reclaimed.compacted(run);
        } finally {
            batch.unlock();
        }
        long rest = engine.approximateSize(Family.BODY, from, to);
        ranges++;
        before += runOctets;
        after += rest;
        pending -= run.stream().mapToLong(ReclaimedBodies.Row::octets).sum();
        pace.await(runOctets + rest);
        run.clear();
        runOctets = 0;
    }

    private static byte[] from(ReclaimedBodies.Row row) {
        return Keys.body(new BodyId(Math.max(1, row.number() * ReclaimedBodies.IDS)), 0);
    }

    private static byte[] to(ReclaimedBodies.Row row) {
        return Keys.body(new BodyId((row.number() + 1) * ReclaimedBodies.IDS), 0);
    }
}
