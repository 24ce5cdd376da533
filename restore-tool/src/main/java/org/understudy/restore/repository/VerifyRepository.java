package org.understudy.restore.repository;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.incident.Concerned;
import org.understudy.restore.incident.IncidentHolds;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * Operation {@code repo.verify}: checks manifests, signatures, chain and objects. It writes nothing into the
 * repository but the incident hold that damage sets, and notes in the keys folder when each snapshot was verified.
 */
public final class VerifyRepository implements Operation<VerifyRepository.Request, VerifyRepository.Result> {
    /**
     * @param full whether every object is read and hashed; without it, presence and size are compared
     * @param snapshots whose objects to check, as {@link Repository#resolve} takes them; empty for all. Manifests and
     *     their chain are always checked in full.
     * @param subset {@code n/t} to read and hash the n-th of t parts of the objects, {@code next/t} for that part which was
     *     read longest ago, or empty
     */
    public record Request(boolean full, List<String> snapshots, String subset) {
        public Request {
            snapshots = List.copyOf(snapshots);
            subset = Objects.requireNonNullElse(subset, "");
        }

        /** Reads all objects or none. */
        public Request(boolean full, List<String> snapshots) {
            this(full, snapshots, "");
        }
    }

    /**
     * @param subset the part that was read, {@code 3/7}, or empty
     * @param snapshots how many had their objects checked
     * @param objects how many files were looked at; one that several snapshots share counts once
     * @param objectsRead how many of them were read
     * @param bytesRead 0 for a quick check
     * @param segments of the log that are there
     * @param unnamedObjects how many objects no readable manifest names; they are harmless
     * @param sound whether no finding is damage
     */
    public record Result(
            String repository,
            boolean full,
            String subset,
            long snapshots,
            long objects,
            long objectsRead,
            long bytesRead,
            long segments,
            long unnamedObjects,
            boolean sound,
            List<RepositoryFinding> findings,
            long durationMillis) {
        public Result {
            findings = List.copyOf(findings);
        }
    }

    private final Logbook log;

    /** Of snapshots alone. */
    public VerifyRepository() {
        this(Logbook.NONE);
    }

    /** @param log what is verified with them */
    public VerifyRepository(Logbook log) {
        this.log = log;
    }

    @Override
    public String name() {
        return "repo.verify";
    }

    @Override
    public Role role() {
        return Role.ENGINEER;
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
        if (request.full() && !request.subset().isEmpty()) {
            throw new OperatorException(
                    Reason.USAGE,
                    "either all objects are read or a part of them",
                    "Give --full or --read-data-subset, not both.");
        }
        Repository repository = Repository.open(workplace.repository());
        Set<String> snapshots = new HashSet<>();
        request.snapshots().forEach(name -> snapshots.add(repository.resolve(name)));
        DataSubset subset = request.subset().isEmpty() ? null : choose(request.subset(), repository, workplace);
        Instant began = workplace.clock().instant();
        try {
            Collection<String> looked = snapshots.isEmpty() ? repository.snapshotIds() : snapshots;
            Result result = new RepositoryVerifier(
                            repository,
                            TrustedKeys.load(workplace.keys()),
                            log,
                            progress,
                            workplace.clock(),
                            Meter.beside(workplace.live(), progress))
                    .verify(request.full(), subset, snapshots);
            note(result, subset, looked, repository, workplace, began);
            hold(result, workplace);
            return result;
        } catch (IOException e) {
            throw Refusal.io("reading", repository.location(), e);
        }
    }

    private static DataSubset choose(String text, Repository repository, Workplace workplace) {
        DataSubset.Asked asked = DataSubset.Asked.parse(text);
        int part = asked.part() > 0
                ? asked.part()
                : Verifications.read(workplace.keys(), repository).oldestPart(asked.of());
        return new DataSubset(part, asked.of());
    }

    private static void note(
            Result result,
            @Nullable DataSubset subset,
            Collection<String> looked,
            Repository repository,
            Workplace workplace,
            Instant began)
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
                looked,
                id -> Verifications.Look.of(began, result.full(), subset, !damaged.contains(id)));
    }

    private static void hold(Result result, Workplace workplace) {
        List<RepositoryFinding> damage = result.findings().stream()
                .filter(finding -> finding.kind().damage())
                .toList();
        if (damage.isEmpty()) {
            return;
        }
        List<Concerned> concerned = new ArrayList<>();
        for (RepositoryFinding finding : damage) {
            for (RepositoryFinding.Affected one : finding.affected()) {
                concerned.add(new Concerned(
                        one.user(),
                        one.mailbox(),
                        one.messages(),
                        one.uids(),
                        one.loss().name().toLowerCase(Locale.ROOT) + " lost in snapshot " + finding.snapshot()));
            }
        }
        IncidentHolds.of(workplace)
                .raiseUnlessReleased(
                        "repo verify",
                        brief(damage.getFirst())
                                + (damage.size() > 1 ? "; and " + (damage.size() - 1) + " further" : ""),
                        concerned);
    }

    private static String brief(RepositoryFinding finding) {
        return (finding.snapshot().isEmpty() ? "" : "snapshot " + finding.snapshot() + ": ") + finding.file()
                + (finding.storeFile().isEmpty()
                        ? ""
                        : " (" + finding.storeFile() + (finding.columnFamily().isEmpty() ? "" : " of ")
                                + finding.columnFamily() + ")")
                + " is damaged: "
                + finding.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
