package org.understudy.storage.guard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The two guard files of a store. A record is written over the older one, or over one that cannot be read, and fsynced;
 * so a crash while writing leaves the other.
 */
final class GuardPair {
    static final String A = "GUARD.a";
    static final String B = "GUARD.b";

    /** One of the two files; {@code trouble} is empty if and only if there is a record. */
    private record Side(@Nullable GuardRecord record, String trouble) {
        long generation() {
            return record == null ? 0 : record.generation();
        }
    }

    private final Path storeFolder;
    private Side a;
    private Side b;

    private GuardPair(Path storeFolder, Side a, Side b) {
        this.storeFolder = storeFolder;
        this.a = a;
        this.b = b;
    }

    static GuardPair read(Path storeFolder) {
        return new GuardPair(storeFolder, side(storeFolder.resolve(A)), side(storeFolder.resolve(B)));
    }

    /** Writes the first record of a store that is being made. */
    static void writeNew(Path storeFolder, StoreHeader header, Instant now) throws IOException {
        GuardRecord record = new GuardRecord(
                1, GuardRecord.State.NEW, now, header.storeId(), "", 0, "", 0, new TreeSet<>(), new TreeMap<>());
        DurableFile.overwrite(storeFolder.resolve(A), record.encode());
        DurableFile.syncFolder(storeFolder);
    }

    private static Side side(Path file) {
        if (!Files.exists(file)) {
            return new Side(null, file.getFileName() + " is missing");
        }
        try {
            return switch (Frame.decode(GuardRecord.MAGIC, Files.readAllBytes(file))) {
                case Frame.Unsound unsound -> new Side(null, file.getFileName() + " " + unsound.why());
                case Frame.Sound sound
                when sound.version() != GuardRecord.VERSION ->
                    new Side(
                            null,
                            file.getFileName() + " has version " + sound.version() + ", this program knows "
                                    + GuardRecord.VERSION);
                case Frame.Sound sound -> new Side(GuardRecord.decode(sound.body()), "");
            };
        } catch (IllegalArgumentException e) {
            return new Side(null, file.getFileName() + " " + e.getMessage());
        } catch (IOException e) {
            throw DurableFile.failed("read", file, e);
        }
    }

    /** The newer of the records that can be read. */
    @Nullable
    GuardRecord newest() {
        return a.generation() >= b.generation() ? a.record() : b.record();
    }

    /** Whether the only record says that the store is being made. */
    boolean isNothingButNew() {
        GuardRecord first = a.record();
        return first != null && first.state() == GuardRecord.State.NEW && !Files.exists(storeFolder.resolve(B));
    }

    /** Neither file exists. */
    boolean isMissing() {
        return !Files.exists(storeFolder.resolve(A)) && !Files.exists(storeFolder.resolve(B));
    }

    /** What is wrong with the files that cannot be read, as half sentences, or empty. */
    String trouble() {
        return a.trouble().isEmpty() || b.trouble().isEmpty()
                ? a.trouble() + b.trouble()
                : a.trouble() + ", " + b.trouble();
    }

    long nextGeneration() {
        return Math.max(a.generation(), b.generation()) + 1;
    }

    /** Writes over the older side. A failure leaves the other side as it was, and this one to be written next time. */
    void write(GuardRecord record) throws IOException {
        boolean older = a.generation() <= b.generation();
        Path file = storeFolder.resolve(older ? A : B);
        boolean fresh = !Files.exists(file);
        Side torn = new Side(null, file.getFileName() + " was not written to its end");
        set(older, torn);
        DurableFile.overwrite(file, record.encode());
        if (fresh) {
            DurableFile.syncFolder(storeFolder);
        }
        set(older, new Side(record, ""));
    }

    private void set(boolean first, Side side) {
        if (first) {
            a = side;
        } else {
            b = side;
        }
    }
}
