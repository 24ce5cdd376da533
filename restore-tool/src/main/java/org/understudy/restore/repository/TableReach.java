package org.understudy.restore.repository;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.understudy.restore.incident.Concerned;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.backend.Durable;
import org.understudy.storage.StoreSnapshot;
import org.understudy.storage.keyspace.Digest;

/** Whose mail a sorted table of the live store concerns that is not as it was written. */
public final class TableReach {
    private static final String FOLDER = "reach-in-progress";

    private TableReach() {}

    /**
     * Reads a checkpoint of the live store, besides users.
     *
     * @param table name such as {@code 000412.sst}
     * @return nothing if the table is no part of the store any more
     */
    public static List<Concerned> of(Workplace workplace, String table) throws IOException, InterruptedException {
        Path folder = workplace.dataFolder().resolve(FOLDER);
        Durable.deleteTree(folder);
        try {
            StoreSnapshot checkpoint = workplace.live().checkpoint(folder);
            Set<String> names = Set.of(table, "db/" + table);
            List<Manifest.StoredFile> rotten = checkpoint.files().stream()
                    .filter(file -> names.contains(file.name()))
                    .map(file -> SnapshotTaker.stored(file, digestOfNothing()))
                    .toList();
            return rotten.isEmpty()
                    ? List.of()
                    : LiveReach.of(
                                    checkpoint,
                                    rotten,
                                    workplace.clock(),
                                    Meter.beside(workplace.live(), Progress.SILENT))
                            .stream()
                            .filter(one -> !one.what().equals(LiveReach.IN_RANGE))
                            .toList();
        } finally {
            Durable.deleteTree(folder);
        }
    }

    private static Digest digestOfNothing() {
        return Durable.digest(new byte[0]);
    }
}
