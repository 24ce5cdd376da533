package org.understudy.restore.repository;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;

/**
 * Operation {@code repo.verify}: checks manifests, signatures, chain and objects. It writes nothing into the
 * repository, and notes in the keys folder when each snapshot was verified.
 */
public final class VerifyRepository implements Operation<VerifyRepository.Request, VerifyRepository.Result> {
    /**
     * @param full whether every object is read and hashed; without it, presence and size are compared
     * @param snapshots whose objects to check, as {@link Repository#resolve} takes them; empty for all. Manifests and
     *     their chain are always checked in full.
     */
    public record Request(boolean full, List<String> snapshots) {
        public Request {
            snapshots = List.copyOf(snapshots);
        }
    }

    /**
     * @param snapshots how many had their objects checked
     * @param objects how many files were looked at; one that several snapshots share counts once
     * @param bytesRead 0 for a quick check
     * @param unnamedObjects how many objects no readable manifest names; they are harmless
     * @param sound whether no finding is damage
     */
    public record Result(
            String repository,
            boolean full,
            long snapshots,
            long objects,
            long bytesRead,
            long unnamedObjects,
            boolean sound,
            List<RepositoryFinding> findings,
            long durationMillis) {
        public Result {
            findings = List.copyOf(findings);
        }
    }

    @Override
    public String name() {
        return "repo.verify";
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
        Repository repository = Repository.open(workplace.repository());
        Set<String> snapshots = new HashSet<>();
        request.snapshots().forEach(name -> snapshots.add(repository.resolve(name)));
        try {
            Result result = new RepositoryVerifier(
                            repository, TrustedKeys.load(workplace.keys()), workplace.clock(), new Meter(progress))
                    .verify(request.full(), snapshots);
            note(result, snapshots, repository, workplace);
            return result;
        } catch (IOException e) {
            throw Refusal.io("reading", repository.location(), e);
        }
    }

    private static void note(Result result, Set<String> asked, Repository repository, Workplace workplace)
            throws IOException {
        Set<String> damaged = new HashSet<>();
        for (RepositoryFinding finding : result.findings()) {
            if (finding.kind().damage()) {
                damaged.add(finding.snapshot());
            }
        }
        Verifications.note(
                workplace.keys(),
                repository,
                asked.isEmpty() ? repository.snapshotIds() : asked,
                id -> new Verifications.Verification(
                        workplace.clock().instant(), result.full(), !damaged.contains(id)));
    }
}
