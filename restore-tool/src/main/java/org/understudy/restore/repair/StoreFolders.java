package org.understudy.restore.repair;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Stream;
import org.understudy.restore.repository.backend.Durable;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Where the store of a data folder lies, and the ones that a repair puts beside it. */
public final class StoreFolders {
    private static final String REPAIRED = "store.repaired-";
    private static final String DAMAGED = "store.damaged-";
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private final Path data;
    private final Instant now;

    StoreFolders(Path data, Instant now) {
        this.data = data;
        this.now = now;
    }

    Path store() {
        return data.resolve("store");
    }

    /** Where a repair works; what a broken-off one left is used again or deleted. */
    Path work() {
        return data.resolve("repair-in-progress");
    }

    Path repaired() {
        return data.resolve(REPAIRED + NAME.format(now));
    }

    Path damaged() {
        return data.resolve(DAMAGED + NAME.format(now));
    }

    /** Puts the repaired store in the place of the damaged one, which is kept. */
    void exchange() throws IOException {
        Durable.rename(store(), damaged());
        Durable.rename(repaired(), store());
    }

    /**
     * Refuses a data folder in which an exchange was cut short between its two renames, lest a new, empty store be made in
     * the gap.
     *
     * @throws OperatorException {@link Reason#STORE_REFUSED}
     */
    public static void requireNoGap(Path data) {
        if (Files.exists(data.resolve("store")) || !Files.isDirectory(data)) {
            return;
        }
        List<String> beside;
        try (Stream<Path> entries = Files.list(data)) {
            beside = entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.startsWith(REPAIRED) || name.startsWith(DAMAGED))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new OperatorException(
                    Reason.IO, "cannot list " + data + ": " + e.getMessage(), "Look at the disk, and who owns it.", e);
        }
        if (!beside.isEmpty()) {
            throw new OperatorException(
                    Reason.STORE_REFUSED,
                    "there is no folder store in " + data + ", but " + String.join(" and ", beside)
                            + ": a repair was cut short while it exchanged folders",
                    "Rename the newest " + REPAIRED + "... to store, or " + DAMAGED
                            + "... to go back; then start again.");
        }
    }
}
