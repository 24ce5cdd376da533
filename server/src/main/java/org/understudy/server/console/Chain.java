package org.understudy.server.console;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.repository.ListSnapshots;
import org.understudy.restore.repository.Logbook;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.repository.Verifications;
import org.understudy.restore.repository.log.KeptLog;
import org.understudy.storage.OperatorException;

/**
 * The snapshots of the repository. Names and verifications are read again every few seconds that somebody looks; manifests
 * never change, so each is read once, the newest first, beside the page. Thread-safe.
 */
final class Chain {
    private static final Logger LOG = LoggerFactory.getLogger(Chain.class);
    private static final Duration SLOT = Duration.ofSeconds(5);

    /** Heads of all segments of the log are read for it. */
    private static final Duration LOG_AGE = Duration.ofSeconds(15);

    private final Workplace workplace;
    private final Prepared<Links> links = new Prepared<>();
    private final Prepared<Log> log = new Prepared<>(LOG_AGE);
    private final Map<String, ListSnapshots.Snapshot> manifests = new ConcurrentHashMap<>();
    private final AtomicBoolean reading = new AtomicBoolean();

    Chain(Workplace workplace) {
        this.workplace = workplace;
    }

    /**
     * @param ids the newest first; empty where there is no repository yet
     * @param pruned whose records are still in the chain
     */
    record Links(String location, List<String> ids, Optional<Verifications> looks, long pruned) {
        Links {
            ids = List.copyOf(ids);
        }
    }

    /**
     * Which moments the log leads to.
     *
     * @param problem why it cannot be read, or empty
     */
    record Log(Logbook.Moments moments, String problem) {}

    /**
     * @param work changes with what was done to the repository
     * @return empty while they are being read
     */
    Optional<Links> links(String work) throws Exception {
        Optional<Links> now = links.get(stamp(work), this::read);
        now.ifPresent(found -> readManifests(found.ids()));
        return now;
    }

    /**
     * As of some seconds ago.
     *
     * @param work changes with what was done to the repository
     * @return empty while it is being read
     */
    Optional<Log> log(String work) throws Exception {
        return log.get(stamp(work), this::readLog);
    }

    private String stamp(String work) {
        return work + " " + workplace.clock().instant().getEpochSecond() / SLOT.toSeconds();
    }

    /** What the manifest of a snapshot says; empty while it is not read yet. */
    Optional<ListSnapshots.Snapshot> manifest(String id) {
        return Optional.ofNullable(manifests.get(id));
    }

    private Links read() {
        try {
            Repository repository = Repository.open(workplace.repository());
            return new Links(
                    repository.location(),
                    repository.snapshotIds().reversed(),
                    Optional.of(Verifications.read(workplace.keys(), repository)),
                    ListSnapshots.pruned(repository, workplace.keys()));
        } catch (OperatorException e) {
            return new Links("", List.of(), Optional.empty(), 0);
        }
    }

    private Log readLog() throws InterruptedException {
        try {
            return new Log(new KeptLog().moments(Repository.open(workplace.repository()), workplace.keys()), "");
        } catch (OperatorException e) {
            return new Log(new Logbook.Moments(List.of(), List.of()), String.valueOf(e.getMessage()));
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // a wish, on which nothing rests
    private void readManifests(List<String> ids) {
        manifests.keySet().retainAll(List.copyOf(ids));
        List<String> missing =
                ids.stream().filter(id -> !manifests.containsKey(id)).toList();
        if (missing.isEmpty() || !reading.compareAndSet(false, true)) {
            return;
        }
        Thread.ofPlatform()
                .name("console-manifests")
                .daemon()
                .priority(Thread.MIN_PRIORITY)
                .start(() -> {
                    try {
                        Repository repository = Repository.open(workplace.repository());
                        for (String id : missing) {
                            manifests.put(id, ListSnapshots.one(repository, workplace.keys(), id));
                        }
                    } catch (OperatorException e) {
                        LOG.warn("The snapshots' manifests cannot be read: {}", e.getMessage());
                    } finally {
                        reading.set(false);
                    }
                });
    }
}
