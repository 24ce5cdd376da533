package org.understudy.restore.repository;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.RepositoryFinding.Affected;
import org.understudy.restore.repository.RepositoryFinding.Kind;

/** Checks a repository, and says of all damage whose mail it concerns. Writes nothing into the repository. */
final class RepositoryVerifier {
    private final Repository repository;
    private final TrustedKeys trusted;
    private final Logbook log;
    private final Progress progress;
    private final ObjectCheck check;
    private final Clock clock;
    private final Meter meter;

    RepositoryVerifier(
            Repository repository, TrustedKeys trusted, Logbook log, Progress progress, Clock clock, Meter meter) {
        this.repository = repository;
        this.trusted = trusted;
        this.log = log;
        this.progress = progress;
        this.check = new ObjectCheck(repository.objects());
        this.clock = clock;
        this.meter = meter;
    }

    /**
     * @param full whether every object is read
     * @param subset the objects that are read where not all are; null for none
     */
    VerifyRepository.Result verify(boolean full, @Nullable DataSubset subset, Set<String> snapshots)
            throws IOException, InterruptedException {
        Instant began = clock.instant();
        Predicate<Manifest.StoredFile> read = file -> full || subset != null && subset.contains(file.sha256());
        ManifestChain chain = ManifestChain.read(repository, trusted);
        List<RepositoryFinding> findings = new ArrayList<>(chain.findings());
        Map<String, List<Manifest.StoredFile>> files = new LinkedHashMap<>();
        Set<String> named = new HashSet<>();
        for (ManifestChain.Link link : chain.links()) {
            Manifest manifest =
                    new ManifestReader(repository, trusted).read(link.id()).manifest();
            if (manifest == null) {
                continue;
            }
            manifest.files().forEach(file -> named.add(file.sha256()));
            if (snapshots.isEmpty() || snapshots.contains(link.id())) {
                files.put(link.id(), manifest.files());
            }
        }
        checkObjects(files, read);
        Map<String, Map<Manifest.StoredFile, ObjectCheck.Fault>> damaged = new LinkedHashMap<>();
        for (Map.Entry<String, List<Manifest.StoredFile>> entry : files.entrySet()) {
            Map<Manifest.StoredFile, ObjectCheck.Fault> faults = new LinkedHashMap<>();
            for (Manifest.StoredFile file : entry.getValue()) {
                look(file, read).ifPresent(fault -> faults.put(file, fault));
            }
            damaged.put(entry.getKey(), faults);
        }
        for (Map.Entry<String, Map<Manifest.StoredFile, ObjectCheck.Fault>> entry : damaged.entrySet()) {
            if (entry.getValue().isEmpty()) {
                continue;
            }
            if (wasPruned(entry.getKey())) {
                meter.note("snapshot " + entry.getKey() + " was pruned meanwhile");
            } else {
                describe(entry.getKey(), entry.getValue(), other(damaged), findings);
            }
        }
        long unnamed = repository.objects().all().stream()
                .filter(name -> !named.contains(name))
                .count();
        Logbook.Checked logged = log.check(
                repository,
                trusted.folder(),
                number -> full || subset != null && number % subset.of() == subset.part() - 1,
                progress);
        findings.addAll(logged.findings());
        boolean sound = findings.stream().noneMatch(finding -> finding.kind().damage());
        return new VerifyRepository.Result(
                repository.location(),
                full,
                subset == null ? "" : subset.toString(),
                files.size(),
                check.looked(),
                check.wereRead(),
                check.bytesRead() + logged.bytesRead(),
                logged.segments(),
                unnamed,
                sound,
                findings,
                Duration.between(began, clock.instant()).toMillis());
    }

    private void checkObjects(Map<String, List<Manifest.StoredFile>> files, Predicate<Manifest.StoredFile> read)
            throws InterruptedException {
        Map<String, Manifest.StoredFile> objects = new LinkedHashMap<>();
        files.values().forEach(list -> list.forEach(file -> objects.putIfAbsent(file.sha256(), file)));
        boolean any = objects.values().stream().anyMatch(read);
        meter.begin(any ? "reading objects" : "looking at objects", objects.size(), "objects");
        for (Manifest.StoredFile file : objects.values()) {
            look(file, read)
                    .ifPresent(found -> meter.note("object " + file.sha256() + " (" + file.name() + "): expected "
                            + found.expected() + ", found " + found.found()));
            meter.done(1);
        }
    }

    private Optional<ObjectCheck.Fault> look(Manifest.StoredFile file, Predicate<Manifest.StoredFile> read)
            throws InterruptedException {
        return read.test(file) ? check.full(file, meter) : check.quick(file);
    }

    /** Verifying takes no lock; a manifest goes before its objects do. */
    private boolean wasPruned(String id) throws IOException {
        return repository.backend().size(Repository.manifestName(id)).isEmpty();
    }

    /** The newest snapshot without damage, or empty. */
    private static String other(Map<String, Map<Manifest.StoredFile, ObjectCheck.Fault>> damaged) {
        return damaged.entrySet().stream()
                .filter(entry -> entry.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .reduce((older, newer) -> newer)
                .orElse("");
    }

    private void describe(
            String id,
            Map<Manifest.StoredFile, ObjectCheck.Fault> damaged,
            String other,
            List<RepositoryFinding> findings)
            throws InterruptedException {
        Manifest manifest = new ManifestReader(repository, trusted).read(id).manifest();
        if (manifest == null) {
            throw Refusal.repository(
                    "the manifest of snapshot " + id + " was changed while it was being verified",
                    "Run the command again when nothing else writes into the repository.");
        }
        DamageReach.Reach reach = DamageReach.of(repository, manifest, damaged.keySet(), check, clock, meter);
        damaged.forEach((file, fault) -> {
            List<Affected> affected = reach.byFile().getOrDefault(file.name(), List.of());
            findings.add(new RepositoryFinding(
                    fault.kind(),
                    id,
                    "objects/" + file.sha256().substring(0, 2) + "/" + file.sha256(),
                    file.name(),
                    file.columnFamily(),
                    fault.expected(),
                    fault.found(),
                    reach.cannotOpen().isEmpty() || affected.isEmpty()
                            ? FileMeaning.of(file)
                            : "The database of this snapshot cannot be opened, so none of its messages can be read: "
                                    + reach.cannotOpen(),
                    affected,
                    "Bring the object back from a copy of the repository. If the live store still has the file, the"
                            + " next 'understudy snapshot --reread' mends it. A restore from this snapshot goes on"
                            + " without the messages listed"
                            + (other.isEmpty()
                                    ? "."
                                    : "; 'understudy restore stage --snapshot " + id + " --against snapshot:" + other
                                            + "' takes each message from the better copy.")));
        });
        if (!reach.unexplained().isEmpty()) {
            findings.add(new RepositoryFinding(
                    Kind.ROWS_DIFFER,
                    id,
                    "snapshots/" + id + ".json",
                    "",
                    "",
                    "the rows that the manifest was made of",
                    "others, though no damaged file accounts for them",
                    "The messages listed cannot be shown to be those of the snapshot.",
                    reach.unexplained(),
                    "Run 'understudy repo verify --full', which reads every object; if it names no more, the snapshot"
                            + " was taken by a faulty program."));
        }
    }
}
