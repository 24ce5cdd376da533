package org.understudy.server.health;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.understudy.server.health.Readiness.Check;
import org.understudy.server.health.Readiness.State;
import org.understudy.storage.MailStore;
import org.understudy.storage.StoreHealth;

/**
 * Looks at the store, the listeners, the disk and the incident hold.
 *
 * @param dataFolder whose disk must have room
 * @param closed names of listeners that were opened and are closed by now
 * @param held whether there is an incident hold
 */
public record ReadinessChecks(MailStore store, Path dataFolder, Supplier<List<String>> closed, BooleanSupplier held) {
    /** With less, mail cannot be taken for long: RocksDB needs room for a table and the log. */
    static final long ROOM_FAILED = 64L << 20;

    static final long ROOM_WARNING = 1L << 30;

    public Readiness now() {
        return Readiness.of(List.of(storeNow(), listeners(), disk(), hold()));
    }

    private Check storeNow() {
        StoreHealth health = store.health();
        return switch (health.state()) {
            case SOUND -> Check.of("store", State.OK, "Mail can be read and changed.");
            case WAITING ->
                Check.of(
                        "store",
                        State.FAILED,
                        "Mail can be read but not changed, until its disk lets it be written again, which is tried by"
                                + " itself; 'understudy status' says why.");
            case REFUSED ->
                Check.of(
                        "store",
                        State.FAILED,
                        "Mail can be read but not changed, until somebody has mended the store; 'understudy status' says"
                                + " how.");
            case READ_ONLY ->
                Check.of(
                        "store",
                        State.FAILED,
                        "Rescue mode: the store is damaged, and what can be read of it is served for reading only;"
                                + " docs/runbooks/repair.md goes on from there.");
        };
    }

    private Check listeners() {
        List<String> gone = closed.get();
        return gone.isEmpty()
                ? Check.of("listeners", State.OK, "All that are configured are open.")
                : Check.of(
                        "listeners",
                        State.FAILED,
                        "Closed, though configured: " + String.join(", ", gone) + "; the server's log says why.");
    }

    private Check disk() {
        try {
            FileStore disk = Files.getFileStore(dataFolder);
            return disk(disk.getUsableSpace());
        } catch (IOException e) {
            throw new UncheckedIOException(dataFolder + ": its disk cannot be looked at", e);
        }
    }

    static Check disk(long free) {
        String room = (free >> 20) + " MiB are free on the data folder's disk";
        if (free < ROOM_FAILED) {
            return Check.of("disk", State.FAILED, room + ", too little to take mail; docs/runbooks/disk-full.md.");
        }
        if (free < ROOM_WARNING) {
            return Check.of("disk", State.WARNING, room + "; docs/runbooks/disk-full.md says what can go.");
        }
        return Check.of("disk", State.OK, room + ".");
    }

    private Check hold() {
        return held.getAsBoolean()
                ? Check.of("hold", State.WARNING, "There is an incident hold; 'understudy repo hold' says why.")
                : Check.of("hold", State.OK, "There is no incident hold.");
    }
}
