package org.understudy.restore.repository;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.repository.RepositoryFinding.Kind;

/**
 * All manifests of a repository as links of a chain: each names the one before it and that one's SHA-256, so that none can
 * be changed, swapped or left out without the next one showing it.
 */
final class ManifestChain {
    /** @param manifest what is needed of it, or null where it cannot be read */
    record Link(String id, String sha256, @Nullable Header manifest, Trust trust, List<RepositoryFinding> findings) {}

    /** What a chain needs to know of a manifest; the rest may be large. */
    record Header(String id, long number, Manifest.@Nullable Predecessor predecessor) {}

    private final Map<String, Link> links = new HashMap<>();
    private final Map<String, PrunedSnapshot> pruned = new HashMap<>();
    private final List<Link> inOrder = new ArrayList<>();
    private final List<RepositoryFinding> findings = new ArrayList<>();

    private ManifestChain() {}

    static ManifestChain read(Repository repository, TrustedKeys trusted) {
        ManifestChain chain = new ManifestChain();
        ManifestReader reader = new ManifestReader(repository, trusted);
        for (String id : repository.snapshotIds()) {
            ManifestReader.Reading reading = reader.read(id);
            Manifest manifest = reading.manifest();
            Header header =
                    manifest == null ? null : new Header(manifest.id(), manifest.number(), manifest.predecessor());
            Link link = new Link(id, reading.sha256(), header, reading.trust(), reading.findings());
            chain.links.put(id, link);
            chain.inOrder.add(link);
        }
        chain.inOrder.sort(Comparator.comparingLong((Link link) ->
                        link.manifest() == null ? 0 : link.manifest().number())
                .thenComparing(Link::id));
        PrunedRecords.Reading records = new PrunedRecords(repository, trusted).read();
        chain.pruned.putAll(records.sound());
        chain.findings.addAll(records.findings());
        chain.check();
        LatestPin.read(trusted.folder(), repository).ifPresent(chain::checkLatest);
        return chain;
    }

    /** In the order in which they were taken. */
    List<Link> links() {
        return List.copyOf(inOrder);
    }

    /** What is wrong with single manifests and with their order, of all snapshots. */
    List<RepositoryFinding> findings() {
        List<RepositoryFinding> all = new ArrayList<>();
        for (Link link : inOrder) {
            all.addAll(link.findings());
        }
        all.addAll(findings);
        return all;
    }

    /** What is wrong with one snapshot's manifest, with those that it was built on, and with the repository's order. */
    List<RepositoryFinding> findingsFor(String id) {
        Set<String> concerned = new HashSet<>();
        concerned.add("");
        String at = id;
        while (at != null && concerned.add(at)) {
            Link link = links.get(at);
            Header header = link == null ? null : link.manifest();
            PrunedSnapshot record = pruned.get(at);
            Manifest.Predecessor predecessor =
                    header != null ? header.predecessor() : record != null ? record.predecessor() : null;
            at = predecessor == null ? null : predecessor.id();
        }
        return findings().stream()
                .filter(finding -> concerned.contains(finding.snapshot()))
                .toList();
    }

    /** The newest manifest whose signature verifies with a trusted key and whose name is its own. */
    Optional<Link> newestSound() {
        for (int i = inOrder.size() - 1; i >= 0; i--) {
            Link link = inOrder.get(i);
            if (link.trust() == Trust.TRUSTED_KEY
                    && link.findings().stream()
                            .noneMatch(finding -> finding.kind().damage())) {
                return Optional.of(link);
            }
        }
        return Optional.empty();
    }

    /** Records of snapshots that were pruned, in the order in which they were taken. */
    List<PrunedSnapshot> pruned() {
        return pruned.values().stream()
                .filter(record -> !links.containsKey(record.id()))
                .sorted(Comparator.comparingLong(PrunedSnapshot::number))
                .toList();
    }

    private void check() {
        for (PrunedSnapshot record : pruned()) {
            Manifest.Predecessor named = record.predecessor();
            if (named != null) {
                check(PrunedRecords.name(record.id()), record.id(), record.number(), named);
            }
        }
        for (Link link : inOrder) {
            Header header = link.manifest();
            // A manifest in another's place has a finding already; what it says of its predecessor is not this one's.
            if (header == null || !header.id().equals(link.id())) {
                continue;
            }
            Manifest.Predecessor named = header.predecessor();
            if (named == null) {
                if (header.number() != 1) {
                    broken(link.id(), link.id(), "a predecessor, for it is number " + header.number(), "none");
                }
                continue;
            }
            check(Repository.manifestName(link.id()), link.id(), header.number(), named);
        }
    }

    /** Whether what a snapshot names as the one before it is there, or the record of its pruning. */
    private void check(String file, String id, long number, Manifest.Predecessor named) {
        Link before = links.get(named.id());
        PrunedSnapshot record = pruned.get(named.id());
        String found = before != null ? before.sha256() : record != null ? record.manifestSha256() : null;
        long numberBefore = before != null && before.manifest() != null
                ? before.manifest().number()
                : before == null && record != null ? record.number() : 0;
        if (found == null) {
            broken(id, named.id(), "the predecessor of snapshot " + id, "no file");
        } else if (!found.equals(named.manifestSha256())) {
            broken(
                    named.id(),
                    named.id(),
                    "SHA-256 " + named.manifestSha256() + ", on which snapshot " + id + " was built",
                    found);
        } else if (numberBefore >= number) {
            findings.add(RepositoryFinding.of(
                    Kind.CHAIN_BROKEN,
                    id,
                    file,
                    "a number above its predecessor's " + numberBefore,
                    "number " + number,
                    "The history of snapshots is not whole: a manifest was removed or replaced.",
                    "Bring the file and its .sig back from a copy of the repository."));
        }
    }

    private void checkLatest(LatestPin pin) {
        Link link = links.get(pin.snapshot());
        if (link != null && link.sha256().equals(pin.manifestSha256())) {
            return;
        }
        if (link != null) {
            broken(
                    pin.snapshot(),
                    pin.snapshot(),
                    "SHA-256 " + pin.manifestSha256() + ", as this machine noted when it took the snapshot",
                    link.sha256());
            return;
        }
        PrunedSnapshot record = pruned.get(pin.snapshot());
        if (record != null && record.manifestSha256().equals(pin.manifestSha256())) {
            return;
        }
        findings.add(RepositoryFinding.of(
                Kind.LATEST_MISSING,
                "",
                "snapshots/" + pin.snapshot() + ".json",
                "the last snapshot that this machine took",
                "no file",
                "Newest snapshots were removed, or an old copy of the repository is in its place.",
                "Bring the repository's newest copy back. If the snapshot was removed on purpose, take a new one, which"
                        + " ends this warning."));
    }

    private void broken(String snapshot, String file, String expected, String found) {
        findings.add(RepositoryFinding.of(
                Kind.CHAIN_BROKEN,
                snapshot,
                "snapshots/" + file + ".json",
                expected,
                found,
                "The history of snapshots is not whole: a manifest was removed or replaced.",
                "Bring the manifest and its .sig back from a copy of the repository."));
    }
}
