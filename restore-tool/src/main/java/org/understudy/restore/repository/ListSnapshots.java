package org.understudy.restore.repository;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.understudy.restore.incident.IncidentHolds;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.backend.RepositoryPlace;

/** Operation {@code repo.list}: the snapshots of the repository, oldest first. */
public final class ListSnapshots implements Operation<ListSnapshots.Request, ListSnapshots.Result> {
    /** Asks for all. */
    public record Request() {}

    /**
     * @param pruned how many snapshots were pruned, whose records are still in the chain
     * @param hold why retention is frozen, or empty
     * @param reaches spans of time of which every moment can be restored, by snapshots and the log
     * @param brokenLog what is damaged or missing of the log, as far as can be told without reading all of it; a line each
     */
    public record Result(
            String repository,
            String repositoryId,
            List<Snapshot> snapshots,
            long pruned,
            String hold,
            List<Logbook.Reach> reaches,
            List<String> brokenLog) {
        public Result {
            reaches = List.copyOf(reaches);
            brokenLog = List.copyOf(brokenLog);
        }
    }

    private final Logbook log;

    /** Snapshots alone. */
    public ListSnapshots() {
        this(Logbook.NONE);
    }

    /** @param log what else is asked for moments */
    public ListSnapshots(Logbook log) {
        this.log = log;
    }

    /**
     * @param readable whether the manifest could be read and is that of this snapshot; if not, the counts are 0 and {@code created} is 1970
     * @param bytes sum of message sizes
     * @param fileBytes sum of file sizes
     * @param months messages by month of their internal date
     */
    public record Snapshot(
            String id,
            boolean readable,
            Trust trust,
            Instant created,
            long users,
            long mailboxes,
            long messages,
            long bytes,
            long files,
            long fileBytes,
            TreeMap<String, Long> months) {}

    @Override
    public String name() {
        return "repo.list";
    }

    @Override
    public Role role() {
        return Role.VIEWER;
    }

    @Override
    public Class<Request> requestType() {
        return Request.class;
    }

    @Override
    public Class<Result> resultType() {
        return Result.class;
    }

    @Override
    public Result run(Request request, Workplace workplace, Progress progress) throws InterruptedException {
        Repository.open(workplace.repository());
        return list(
                workplace.repository(),
                workplace.keys(),
                IncidentHolds.of(workplace).state().text(),
                progress);
    }

    /**
     * The same without a store, as on a new machine, and without a word of holds.
     *
     * @param keys the keys folder of this machine
     */
    public Result list(RepositoryPlace place, Path keys, Progress progress) throws InterruptedException {
        return list(place, keys, "", progress);
    }

    private Result list(RepositoryPlace place, Path keys, String hold, Progress progress) throws InterruptedException {
        Meter meter = new Meter(progress);
        Repository repository = Repository.open(place);
        ManifestReader reader = new ManifestReader(repository, TrustedKeys.load(keys));
        List<String> ids = repository.snapshotIds();
        List<Snapshot> snapshots = new ArrayList<>();
        meter.begin("reading manifests", ids.size(), "snapshots");
        for (String id : ids) {
            ManifestReader.Reading reading = reader.read(id);
            Manifest manifest = reading.manifest();
            snapshots.add(
                    manifest == null || !manifest.id().equals(id)
                            ? new Snapshot(id, false, Trust.NONE, Instant.EPOCH, 0, 0, 0, 0, 0, 0, new TreeMap<>())
                            : summary(id, reading.trust(), manifest));
            meter.done(1);
        }
        Logbook.Moments moments = log.moments(repository, keys);
        return new Result(
                repository.location(),
                repository.id(),
                snapshots,
                new PrunedRecords(repository, TrustedKeys.load(keys))
                        .read().sound().keySet().stream()
                                .filter(id -> !ids.contains(id))
                                .count(),
                hold,
                moments.reaches(),
                moments.broken().stream().map(RepositoryFinding::text).toList());
    }

    /** What one snapshot's manifest says. */
    public static Snapshot one(Repository repository, Path keys, String id) {
        ManifestReader.Reading reading = new ManifestReader(repository, TrustedKeys.load(keys)).read(id);
        Manifest manifest = reading.manifest();
        return manifest == null || !manifest.id().equals(id)
                ? new Snapshot(id, false, Trust.NONE, Instant.EPOCH, 0, 0, 0, 0, 0, 0, new TreeMap<>())
                : summary(id, reading.trust(), manifest);
    }

    /** How many snapshots were pruned, whose records are still in the chain. */
    public static long pruned(Repository repository, Path keys) {
        List<String> ids = repository.snapshotIds();
        return new PrunedRecords(repository, TrustedKeys.load(keys))
                .read().sound().keySet().stream()
                        .filter(id -> !ids.contains(id))
                        .count();
    }

    private static Snapshot summary(String id, Trust trust, Manifest manifest) {
        TreeMap<String, Long> months = new TreeMap<>();
        long mailboxes = 0;
        for (Manifest.User user : manifest.users()) {
            mailboxes += user.mailboxes().size();
            for (Manifest.Mailbox mailbox : user.mailboxes()) {
                mailbox.months().forEach((month, count) -> months.merge(month, count, Long::sum));
            }
        }
        return new Snapshot(
                id,
                true,
                trust,
                manifest.created(),
                manifest.users().size(),
                mailboxes,
                manifest.messages(),
                manifest.bytes(),
                manifest.files().size(),
                manifest.files().stream().mapToLong(Manifest.StoredFile::size).sum(),
                months);
    }
}
