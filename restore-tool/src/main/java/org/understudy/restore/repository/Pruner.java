package org.understudy.restore.repository;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.understudy.restore.incident.IncidentHolds;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.repository.backend.Backend;
import org.understudy.restore.repository.backend.WriterLock;
import org.understudy.restore.retention.RetentionRules;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * Prunes once: a signed record takes the place of each manifest that goes, then the manifest goes, and when all of them
 * are gone, the objects go that no manifest names. Stopped at any point, it leaves a repository that verifies, and the
 * next prune goes on.
 */
final class Pruner {
    private static final int OBJECTS_BETWEEN_LOOKS = 64;

    private final Workplace workplace;
    private final Collection<RepositoryShare> shares;
    private final Meter meter;
    private final PruneStep.Hook hook;
    private final IncidentHolds holds;
    private final Instant now;

    Pruner(Workplace workplace, Collection<RepositoryShare> shares, Meter meter, PruneStep.Hook hook) {
        this.workplace = workplace;
        this.shares = List.copyOf(shares);
        this.meter = meter;
        this.hook = hook;
        this.holds = IncidentHolds.of(workplace);
        this.now = workplace.clock().instant();
    }

    /** What is in the repository, read under its lock. */
    private record Inventory(
            Map<String, Manifest> manifests, Map<String, String> sha256, Map<String, PrunedSnapshot> records) {}

    PruneRepository.Result prune(RetentionRules rules, boolean dryRun) throws IOException, InterruptedException {
        Repository repository = Repository.open(workplace.repository());
        if (!dryRun) {
            holds.requireNone("nothing was pruned");
        }
        try (WriterLock lock = repository.lock("pruning", now)) {
            hook.reached(PruneStep.LOCKED);
            lock.requireHeld();
            Inventory inventory = inventory(repository);
            Map<String, List<String>> kept = kept(rules, repository, inventory);
            List<Manifest> keptManifests = inventory.manifests().values().stream()
                    .filter(manifest -> kept.containsKey(manifest.id()))
                    .toList();
            requireWhole(repository, keptManifests);
            Set<String> needed = new HashSet<>();
            keptManifests.forEach(manifest -> manifest.files().forEach(file -> needed.add(file.sha256())));
            List<PruneRepository.Share> freed = new ArrayList<>();
            List<RepositoryShare.Removable> removable = new ArrayList<>();
            for (RepositoryShare share : shares) {
                needed.addAll(share.objects(repository, keptManifests));
                List<RepositoryShare.Removable> own = share.removable(repository, keptManifests);
                removable.addAll(own);
                freed.add(new PruneRepository.Share(
                        share.what(),
                        own.size(),
                        own.stream().mapToLong(RepositoryShare.Removable::size).sum()));
            }
            Set<String> named = new HashSet<>();
            inventory
                    .manifests()
                    .values()
                    .forEach(manifest -> manifest.files().forEach(file -> named.add(file.sha256())));
            Sweep sweep = sweep(repository, needed, named);
            hook.reached(PruneStep.PLANNED);
            List<Manifest> going = inventory.manifests().values().stream()
                    .filter(manifest -> !kept.containsKey(manifest.id()))
                    .toList();
            if (!dryRun) {
                remove(repository, lock, rules, going, inventory);
                deleteObjects(repository, lock, sweep.going());
                deleteFiles(repository, lock, removable);
                hook.reached(PruneStep.DONE);
            }
            return result(repository, rules, dryRun, inventory, kept, going, sweep, freed);
        }
    }

    private Inventory inventory(Repository repository) {
        TrustedKeys trusted = TrustedKeys.load(workplace.keys());
        ManifestChain chain = ManifestChain.read(repository, trusted);
        for (RepositoryFinding finding : chain.findings()) {
            if (finding.kind().damage()) {
                throw unsound(finding.text(), finding.hint());
            }
        }
        Map<String, Manifest> manifests = new TreeMap<>();
        Map<String, String> sha256 = new HashMap<>();
        for (ManifestChain.Link link : chain.links()) {
            Manifest manifest =
                    new ManifestReader(repository, trusted).read(link.id()).manifest();
            if (manifest == null) {
                throw unsound(
                        "the manifest of snapshot " + link.id() + " cannot be read", "Run 'understudy repo verify'.");
            }
            manifests.put(link.id(), manifest);
            sha256.put(link.id(), link.sha256());
        }
        return new Inventory(
                manifests, sha256, new PrunedRecords(repository, trusted).read().sound());
    }

    /** Those that a prune has decided on and was stopped at go in any case: their records say so already. */
    private Map<String, List<String>> kept(RetentionRules rules, Repository repository, Inventory inventory) {
        Verifications verified = Verifications.read(workplace.keys(), repository);
        List<RetentionRules.Candidate> candidates = inventory.manifests().values().stream()
                .filter(manifest -> !inventory.records().containsKey(manifest.id()))
                .map(manifest -> new RetentionRules.Candidate(
                        manifest.id(),
                        manifest.created(),
                        verified.of(manifest.id())
                                .map(Verifications.Verification::sound)
                                .orElse(true)))
                .toList();
        return rules.keep(candidates);
    }

    /** Nothing goes while something that stays is not there: it might be what is needed instead. */
    private void requireWhole(Repository repository, List<Manifest> kept) {
        ObjectCheck check = new ObjectCheck(repository.objects());
        for (Manifest manifest : kept) {
            for (Manifest.StoredFile file : manifest.files()) {
                check.quick(file).ifPresent(fault -> {
                    throw unsound(
                            "snapshot " + manifest.id() + " is to be kept and is not whole: object " + file.sha256()
                                    + " (" + file.name() + "): expected " + fault.expected() + ", found "
                                    + fault.found(),
                            "'understudy repo verify' says whose mail is concerned.");
                });
            }
        }
    }

    private OperatorException unsound(String text, String hint) {
        holds.raiseUnlessReleased("repo prune", text, List.of());
        return new OperatorException(
                Reason.UNSOUND,
                "the repository is not sound, so nothing was pruned: " + text,
                hint + " The incident hold is on until a person releases it.");
    }

    /**
     * @param going objects that nothing needs any more, with their sizes
     * @param unnamed how many of those no manifest named before either, as an interrupted snapshot leaves them
     */
    private record Sweep(
            List<RepositoryShare.Removable> going,
            long goingBytes,
            long unnamed,
            long unnamedBytes,
            long objects,
            long bytes) {}

    private Sweep sweep(Repository repository, Set<String> needed, Set<String> named) throws IOException {
        List<RepositoryShare.Removable> going = new ArrayList<>();
        long goingBytes = 0;
        long unnamed = 0;
        long unnamedBytes = 0;
        long objects = 0;
        long bytes = 0;
        for (Backend.Entry entry : repository.backend().list(ObjectFolder.FOLDER)) {
            String sha256 = entry.name().substring(entry.name().lastIndexOf('/') + 1);
            objects++;
            bytes += entry.size();
            if (needed.contains(sha256)) {
                continue;
            }
            going.add(new RepositoryShare.Removable(entry.name(), entry.size()));
            goingBytes += entry.size();
            if (!named.contains(sha256)) {
                unnamed++;
                unnamedBytes += entry.size();
            }
        }
        return new Sweep(going, goingBytes, unnamed, unnamedBytes, objects, bytes);
    }

    private void remove(
            Repository repository, WriterLock lock, RetentionRules rules, List<Manifest> going, Inventory inventory)
            throws IOException, InterruptedException {
        PrunedRecords records = new PrunedRecords(repository, TrustedKeys.load(workplace.keys()));
        SigningKey key = SigningKey.loadOrMake(workplace.keys());
        repository.publish(key);
        meter.begin("pruning snapshots", going.size(), "snapshots");
        for (Manifest manifest : going) {
            look(lock);
            if (!inventory.records().containsKey(manifest.id())) {
                records.write(record(repository, manifest, inventory, rules, key), key);
            }
            hook.reached(PruneStep.RECORD_WRITTEN);
            repository.backend().delete(Repository.manifestName(manifest.id()));
            hook.reached(PruneStep.MANIFEST_DELETED);
            repository.backend().delete(Repository.signatureName(manifest.id()));
            hook.reached(PruneStep.SIGNATURE_DELETED);
            meter.done(1);
        }
        // A prune that was stopped between a manifest and its signature has left the latter.
        for (String id : inventory.records().keySet()) {
            if (!inventory.manifests().containsKey(id)) {
                repository.backend().delete(Repository.signatureName(id));
            }
        }
    }

    private PrunedSnapshot record(
            Repository repository, Manifest manifest, Inventory inventory, RetentionRules rules, SigningKey key)
            throws IOException {
        String sha256 = inventory.sha256().get(manifest.id());
        if (sha256 == null) {
            throw new IllegalStateException("no digest of the manifest of " + manifest.id());
        }
        return new PrunedSnapshot(
                PrunedSnapshot.FORMAT,
                PrunedSnapshot.VERSION,
                repository.id(),
                manifest.id(),
                manifest.number(),
                manifest.created(),
                sha256,
                HexFormat.of().formatHex(repository.backend().read(Repository.signatureName(manifest.id()))),
                manifest.signingKey(),
                manifest.predecessor(),
                manifest.messages(),
                manifest.bytes(),
                now,
                "not wanted by the rules " + rules.text(),
                key.id());
    }

    private void deleteObjects(Repository repository, WriterLock lock, List<RepositoryShare.Removable> going)
            throws IOException, InterruptedException {
        meter.begin("deleting objects", going.size(), "objects");
        int since = 0;
        for (RepositoryShare.Removable object : going) {
            if (since++ % OBJECTS_BETWEEN_LOOKS == 0) {
                look(lock);
            }
            repository.backend().delete(object.name());
            hook.reached(PruneStep.OBJECT_DELETED);
            meter.bytes(object.size());
            meter.done(1);
        }
    }

    private void deleteFiles(Repository repository, WriterLock lock, List<RepositoryShare.Removable> going)
            throws IOException, InterruptedException {
        for (RepositoryShare.Removable file : going) {
            look(lock);
            repository.backend().delete(file.name());
            meter.bytes(file.size());
        }
    }

    /** Somebody may have set a hold meanwhile. */
    private void look(WriterLock lock) throws IOException {
        lock.requireHeld();
        holds.requireNone("pruning was stopped");
    }

    private static PruneRepository.Result result(
            Repository repository,
            RetentionRules rules,
            boolean dryRun,
            Inventory inventory,
            Map<String, List<String>> kept,
            List<Manifest> going,
            Sweep sweep,
            List<PruneRepository.Share> shares) {
        List<PruneRepository.Kept> keptOnes = new ArrayList<>();
        kept.forEach((id, because) -> {
            Manifest manifest = inventory.manifests().get(id);
            if (manifest != null) {
                keptOnes.add(new PruneRepository.Kept(id, manifest.created(), manifest.messages(), because));
            }
        });
        return new PruneRepository.Result(
                repository.location(),
                rules.text(),
                dryRun,
                keptOnes,
                going.stream()
                        .map(manifest -> new PruneRepository.Gone(
                                manifest.id(),
                                manifest.created(),
                                manifest.messages(),
                                inventory.records().containsKey(manifest.id())))
                        .toList(),
                sweep.objects(),
                sweep.bytes(),
                sweep.going().size(),
                sweep.goingBytes(),
                sweep.unnamed(),
                sweep.unnamedBytes(),
                shares);
    }
}
