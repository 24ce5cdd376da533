package org.understudy.storage.guard;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * A second store made of a closed one: its sorted tables as hard links, since tables never change, everything else as
 * copies. The first store is not opened, not locked, and not one byte of it changes; whoever opens it for writing
 * meanwhile is not held up. The guard comes along, so that the copy is admitted only if it is exactly what the guard
 * recorded when the store was closed.
 */
public final class ClosedCopy {
    private static final List<String> GUARD_FILES = List.of(GuardPair.A, GuardPair.B, WitnessFile.FILE);

    private final Path store;
    private final ByteBuffer guard;

    private ClosedCopy(Path store, ByteBuffer guard) {
        this.store = store;
        this.guard = guard;
    }

    /**
     * Makes a copy.
     *
     * @param copy must not exist, and lie on the same file system
     * @throws OperatorException {@link Reason#BUSY} if the store is open for writing, or was opened while it was being
     *     copied, or was not closed cleanly; the copy is then to be thrown away
     */
    public static ClosedCopy make(Path store, Path copy) {
        OpenElsewhere.check(store);
        try {
            ByteBuffer before = guardOf(store);
            GuardRecord record = GuardPair.read(store).newest();
            if (record == null || record.state() != GuardRecord.State.CLEAN) {
                throw busy(store, "it is being written, or was not closed cleanly");
            }
            Files.createDirectories(copy.resolve(StoreHeader.DATABASE));
            for (String name : GUARD_FILES) {
                if (Files.exists(store.resolve(name))) {
                    Files.copy(store.resolve(name), copy.resolve(name));
                }
            }
            Files.copy(store.resolve(StoreHeader.FILE), copy.resolve(StoreHeader.FILE));
            copyDatabase(store.resolve(StoreHeader.DATABASE), copy.resolve(StoreHeader.DATABASE));
            OpenElsewhere.check(store);
            if (!guardOf(store).equals(before)) {
                throw busy(store, "it was opened while it was being copied");
            }
            return new ClosedCopy(store, before);
        } catch (NoSuchFileException e) {
            throw busy(store, "its file " + e.getFile() + " went away while it was being copied");
        } catch (IOException e) {
            throw DurableFile.failed("copy the store", store, e);
        }
    }

    private static void copyDatabase(Path from, Path to) throws IOException {
        try (Stream<Path> children = Files.list(from)) {
            for (Path child : (Iterable<Path>) children::iterator) {
                String name = child.getFileName().toString();
                if (DbFolder.isTable(name)) {
                    link(child, to.resolve(name));
                } else if (!name.equals("LOCK") && !name.startsWith("LOG") && Files.isRegularFile(child)) {
                    Files.copy(child, to.resolve(name));
                }
            }
        }
    }

    private static void link(Path table, Path link) throws IOException {
        try {
            Files.createLink(link, table);
        } catch (UnsupportedOperationException e) {
            throw new FileSystemException(table.toString(), link.toString(), "this file system has no hard links");
        }
    }

    /** Whether the store has not been opened for writing since the copy was made; cheap. */
    public boolean isCurrent() {
        try {
            return guardOf(store).equals(guard);
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw DurableFile.failed("read the guard of", store, e);
        }
    }

    /** Both records: opening a store writes them anew, and closing it again. */
    private static ByteBuffer guardOf(Path store) throws IOException {
        byte[] a = Files.readAllBytes(store.resolve(GuardPair.A));
        byte[] b = Files.readAllBytes(store.resolve(GuardPair.B));
        return ByteBuffer.allocate(a.length + b.length).put(a).put(b).flip();
    }

    private static OperatorException busy(Path store, String why) {
        return new OperatorException(
                Reason.BUSY,
                "store " + store + " cannot be copied now: " + why,
                "Try again when the step that writes it has ended; one that was cut short is to be given again.");
    }
}
