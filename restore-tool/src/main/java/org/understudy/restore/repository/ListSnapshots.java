package org.understudy.restore.repository;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;

/** Operation {@code repo.list}: the snapshots of the repository, oldest first. */
public final class ListSnapshots implements Operation<ListSnapshots.Request, ListSnapshots.Result> {
    /** Asks for all. */
    public record Request() {}

    public record Result(String repository, String repositoryId, List<Snapshot> snapshots) {}

    /**
     * @param readable whether the manifest could be read; if not, the counts are 0 and {@code created} is 1970
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
    public Class<Request> requestType() {
        return Request.class;
    }

    @Override
    public Class<Result> resultType() {
        return Result.class;
    }

    @Override
    public Result run(Request request, Workplace workplace, Progress progress) throws InterruptedException {
        Meter meter = new Meter(progress);
        Repository repository = Repository.open(workplace.repository());
        ManifestReader reader = new ManifestReader(repository, TrustedKeys.load(workplace.keys()));
        List<String> ids = repository.snapshotIds();
        List<Snapshot> snapshots = new ArrayList<>();
        meter.begin("reading manifests", ids.size(), "snapshots");
        for (String id : ids) {
            ManifestReader.Reading reading = reader.read(id);
            Manifest manifest = reading.manifest();
            snapshots.add(
                    manifest == null
                            ? new Snapshot(id, false, Trust.NONE, Instant.EPOCH, 0, 0, 0, 0, 0, 0, new TreeMap<>())
                            : summary(id, reading.trust(), manifest));
            meter.done(1);
        }
        return new Result(repository.location(), repository.id(), snapshots);
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
