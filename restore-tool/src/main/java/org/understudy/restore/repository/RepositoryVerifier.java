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
import java.util.Set;
import org.understudy.restore.repository.RepositoryFinding.Affected;
import org.understudy.restore.repository.RepositoryFinding.Kind;

/** Checks a repository, and says of all damage whose mail it concerns. Writes nothing into the repository. */
final class RepositoryVerifier {
    private final Repository repository;
    private final TrustedKeys trusted;
    private final ObjectCheck check;
    private final Clock clock;
    private final Meter meter;

    RepositoryVerifier(Repository repository, TrustedKeys trusted, Clock clock, Meter meter) {
        this.repository = repository;
        this.trusted = trusted;
        this.check = new ObjectCheck(repository.objects());
        this.clock = clock;
        this.meter = meter;
    }

    VerifyRepository.Result verify(boolean full, Set<String> snapshots) throws IOException, InterruptedException {
        Instant began = clock.instant();
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
        checkObjects(files, full);
        for (Map.Entry<String, List<Manifest.StoredFile>> entry : files.entrySet()) {
            Map<Manifest.StoredFile, ObjectCheck.Fault> damaged = new LinkedHashMap<>();
            for (Manifest.StoredFile file : entry.getValue()) {
                (full ? check.full(file, meter) : check.quick(file)).ifPresent(fault -> damaged.put(file, fault));
            }
            if (!damaged.isEmpty()) {
                describe(entry.getKey(), damaged, findings);
            }
        }
        long unnamed = repository.objects().all().stream()
                .filter(name -> !named.contains(name))
                .count();
        boolean sound = findings.stream().noneMatch(finding -> finding.kind().damage());
        return new VerifyRepository.Result(
                repository.location(),
                full,
                files.size(),
                check.looked(),
                check.bytesRead(),
                unnamed,
                sound,
                findings,
                Duration.between(began, clock.instant()).toMillis());
    }

    private void checkObjects(Map<String, List<Manifest.StoredFile>> files, boolean full) throws InterruptedException {
        Map<String, Manifest.StoredFile> objects = new LinkedHashMap<>();
        files.values().forEach(list -> list.forEach(file -> objects.putIfAbsent(file.sha256(), file)));
        meter.begin(full ? "reading objects" : "looking at objects", objects.size(), "objects");
        for (Manifest.StoredFile file : objects.values()) {
            var fault = full ? check.full(file, meter) : check.quick(file);
            fault.ifPresent(found -> meter.note("object " + file.sha256() + " (" + file.name() + "): expected "
                    + found.expected() + ", found " + found.found()));
            meter.done(1);
        }
    }

    private void describe(
            String id, Map<Manifest.StoredFile, ObjectCheck.Fault> damaged, List<RepositoryFinding> findings)
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
                            + " without the messages listed; other snapshots may hold them."));
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
