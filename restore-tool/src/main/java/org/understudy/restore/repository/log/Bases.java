package org.understudy.restore.repository.log;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.repository.Manifest;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.repository.SnapshotCatalog;
import org.understudy.restore.repository.Trust;
import org.understudy.storage.StoreSnapshot;
import org.understudy.storage.keyspace.Digest;

/** The snapshots of a repository as what the log can be replayed onto. Manifests that were read are remembered. */
final class Bases {
    private final SnapshotCatalog catalog;
    private final Map<String, Base> known = new HashMap<>();

    private Bases(SnapshotCatalog catalog) {
        this.catalog = catalog;
    }

    /**
     * One snapshot.
     *
     * @param lineSha256 of the store's line at that time, with a line feed; empty where it names none
     */
    record Base(String id, long number, String storeId, long sequence, String lineSha256) {
        /** Whether it was taken of that store in that line. */
        boolean isOf(String store, String storeLine) {
            return storeId.equals(store)
                    && lineSha256.equals(
                            Digest.of(Digest.sha256().digest((storeLine + "\n").getBytes(StandardCharsets.UTF_8)))
                                    .toString());
        }
    }

    static Bases of(Repository repository, Path keys) {
        return new Bases(SnapshotCatalog.open(repository.place(), keys));
    }

    /** All whose manifests can be read and are signed, by number. */
    List<Base> all() {
        List<String> ids = catalog.repository().snapshotIds();
        known.keySet().retainAll(ids);
        List<Base> bases = new ArrayList<>();
        for (String id : ids) {
            Base base = known.get(id);
            if (base == null) {
                base = read(id);
                if (base != null) {
                    known.put(id, base);
                }
            }
            if (base != null) {
                bases.add(base);
            }
        }
        bases.sort(Comparator.comparingLong(Base::number));
        return bases;
    }

    private @Nullable Base read(String id) {
        SnapshotCatalog.Entry entry = catalog.read(id);
        Manifest manifest = entry.manifest();
        if (manifest == null || entry.trust() == Trust.NONE || !manifest.id().equals(id)) {
            return null;
        }
        return base(manifest);
    }

    static Base base(Manifest manifest) {
        String line = manifest.files().stream()
                .filter(file -> file.name().equals(StoreSnapshot.ORIGIN))
                .map(Manifest.StoredFile::sha256)
                .findFirst()
                .orElse("");
        return new Base(manifest.id(), manifest.number(), manifest.storeId(), manifest.sequence(), line);
    }

    /** The newest one of a store's line whose number is above {@code notBefore}. */
    Optional<Base> newest(String store, String storeLine, long notBefore) {
        return all().reversed().stream()
                .filter(base -> base.number() > notBefore && base.isOf(store, storeLine))
                .findFirst();
    }

    /** Number of the newest of all, or 0. */
    long newestNumber() {
        List<Base> all = all();
        return all.isEmpty() ? 0 : all.getLast().number();
    }
}
