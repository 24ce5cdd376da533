package org.understudy.restore.repository;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.repository.backend.RepositoryPlace;

/** The snapshots of a repository for readers that go through all of them, one manifest in memory at a time. */
public final class SnapshotCatalog {
    private final Repository repository;
    private final ManifestReader reader;

    private SnapshotCatalog(Repository repository, TrustedKeys trusted) {
        this.repository = repository;
        this.reader = new ManifestReader(repository, trusted);
    }

    /**
     * Opens a repository for reading.
     *
     * @param keys the keys folder of this machine
     * @throws org.understudy.storage.OperatorException {@link org.understudy.storage.Reason#REPOSITORY} if there is none
     */
    public static SnapshotCatalog open(RepositoryPlace repository, Path keys) {
        return new SnapshotCatalog(Repository.open(repository), TrustedKeys.load(keys));
    }

    public Repository repository() {
        return repository;
    }

    /**
     * One snapshot as its manifest describes it.
     *
     * @param manifest null where it cannot be read
     * @param faults what is wrong with it, one line each; the chain of manifests is not looked at
     */
    public record Entry(String id, @Nullable Manifest manifest, Trust trust, List<String> faults) {}

    /** Reads one manifest and weighs its signature. */
    public Entry read(String id) {
        ManifestReader.Reading reading = reader.read(id);
        return new Entry(
                id,
                reading.manifest(),
                reading.trust(),
                reading.findings().stream()
                        .filter(finding -> finding.kind().damage())
                        .map(RepositoryFinding::text)
                        .toList());
    }

    /**
     * Opens a snapshot as far as it can be read, whatever its manifest's place in the chain: for readers that only ask
     * what it holds. To restore from one, {@link OpenedSnapshot#open(Repository, String, TrustedKeys,
     * OpenedSnapshot.Assurance, Clock)} is the way.
     *
     * @throws org.understudy.storage.OperatorException {@link org.understudy.storage.Reason#REPOSITORY} if its manifest
     *     or its database cannot be opened
     */
    public OpenedSnapshot openUnchained(String id, Clock clock) {
        ManifestReader.Reading reading = reader.read(id);
        Manifest manifest = reading.manifest();
        if (manifest == null) {
            RepositoryFinding why = reading.findings().get(0);
            throw Refusal.repository(why.text(), why.hint());
        }
        return OpenedSnapshot.open(
                repository, manifest, reading.trust(), List.of(), new ObjectCheck(repository.objects()), clock);
    }
}
