package org.understudy.storage.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.FlushOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.understudy.storage.OperatorException;

/**
 * Random cuts and flips of any file, after a clean close, after a crash, and after a crash with a guard that had not
 * been refreshed: a store is refused, or every row is there or reported as damaged. Never is a row just absent.
 */
class SilentLossTest {
    private static final int ROWS = 90;
    private static final String DB_FILES = "{*.sst,*.log,MANIFEST-*,CURRENT,IDENTITY}";
    private static final int TRIALS = Integer.getInteger("understudy.fault.trials", 60);

    @TempDir
    Path temp;

    private final List<Path> stores = new ArrayList<>();

    @BeforeEach
    void makeStores() {
        for (boolean stale : new boolean[] {false, true}) {
            Path clean = temp.resolve(stale ? "clean-after-stale" : "clean");
            try (RawStore store = RawStore.open(clean)) {
                for (int row = 0; row < ROWS; row++) {
                    if (stale && row == ROWS / 2) {
                        store.guard.detach();
                    }
                    store.put(CrashChild.key(row), CrashChild.value(row));
                    if (row % 25 == 24) {
                        store.flush();
                    }
                    if (row == 60) {
                        store.compact();
                    }
                }
                stores.add(store.crashCopy(temp.resolve(stale ? "crashed-with-stale-guard" : "crashed")));
            }
            stores.add(clean);
        }
    }

    @Test
    void aCutFileNeverLosesARowSilently() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int refused = 0;
        for (int trial = 0; trial < TRIALS; trial++) {
            Path store = copyOfOne(random, trial);
            Path victim = oneOf(DB_FILES, store, random);
            long size = Files.size(victim);
            long left = size == 0 || random.nextInt(4) == 0
                    ? 0
                    : random.nextBoolean() ? size - 1 - random.nextLong(Math.min(size, 300)) : random.nextLong(size);
            try (FileChannel channel = FileChannel.open(victim, StandardOpenOption.WRITE)) {
                channel.truncate(left);
            }
            refused += refusedOrComplete(store, victim + " cut from " + size + " to " + left + ", seed " + seed);
        }
        assertThat(refused).as("refused of %d, seed %d", TRIALS, seed).isGreaterThan(TRIALS / 4);
    }

    /**
     * What the MANIFEST gained after the last record of the guard speaks of flushes whose logs are deleted since. Without
     * it, their rows are in no table that the database knows, and later rows hide that.
     */
    @Test
    void aManifestCutBehindItsRecordedLengthNeverLosesARowSilently() throws IOException {
        Path original = temp.resolve("crashed-with-stale-guard");
        GuardRecord record = GuardPair.read(original).newest();
        Path manifest = original.resolve("db").resolve(record.manifest());
        long size = Files.size(manifest);
        assertThat(size).isGreaterThan(record.manifestSize());
        int refused = 0;
        for (long left = record.manifestSize(); left < size; left += 11) {
            Path store = temp.resolve("cut-to-" + left);
            Trees.copy(original, store);
            try (FileChannel channel =
                    FileChannel.open(store.resolve(original.relativize(manifest)), StandardOpenOption.WRITE)) {
                channel.truncate(left);
            }
            refused += refusedOrComplete(store, manifest + " cut from " + size + " to " + left);
            Trees.delete(store);
        }
        assertThat(refused).isPositive();
    }

    @Test
    void aFlippedBitNeverLosesARowSilently() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int refused = 0;
        for (int trial = 0; trial < TRIALS; trial++) {
            Path store = copyOfOne(random, trial);
            Path victim = oneOf(DB_FILES, store, random);
            byte[] bytes = Files.readAllBytes(victim);
            int at = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
            if (bytes.length > 0) {
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                Files.write(victim, bytes);
            }
            refused += refusedOrComplete(store, victim + " flipped at " + at + ", seed " + seed);
        }
        assertThat(refused).as("refused of %d, seed %d", TRIALS, seed).isPositive();
    }

    @Test
    void aMissingFileNeverLosesARowSilently() throws IOException {
        for (Path original : stores) {
            for (String pattern : List.of("*.sst", "*.log", "MANIFEST-*", "CURRENT", "OPTIONS-*", "IDENTITY")) {
                for (Path file : RawStore.files(original, pattern)) {
                    Path store = temp.resolve("without-" + original.getFileName() + "-" + file.getFileName());
                    Trees.copy(original, store);
                    Files.delete(store.resolve(original.relativize(file).toString()));
                    refusedOrComplete(store, "without " + file);
                    Trees.delete(store);
                }
            }
        }
    }

    /** The reason for the guard: should RocksDB ever stop doing this, we want to know. */
    @Test
    void withoutTheGuardACutManifestMakesRocksDbDeleteAllTables() throws IOException, RocksDBException {
        Path db = Files.createDirectories(temp.resolve("raw/db"));
        RocksDB.loadLibrary();
        long withoutTables;
        try (Options options = new Options().setCreateIfMissing(true);
                FlushOptions wait = new FlushOptions();
                RocksDB raw = RocksDB.open(options, db.toString())) {
            withoutTables = raw.getLiveFiles(false).manifestFileSize;
            for (int row = 0; row < 5; row++) {
                raw.put(new byte[] {(byte) row}, CrashChild.value(row));
                raw.flush(wait);
            }
        }
        assertThat(RawStore.files(temp.resolve("raw"), "*.sst")).isNotEmpty();
        Path manifest = RawStore.files(temp.resolve("raw"), "MANIFEST-*").getLast();
        try (FileChannel channel = FileChannel.open(manifest, StandardOpenOption.WRITE)) {
            channel.truncate(withoutTables);
        }
        try (Options options = new Options();
                RocksDB raw = RocksDB.open(options, db.toString())) {
            assertThat(raw.get(new byte[] {0})).isNull();
        }
        assertThat(RawStore.files(temp.resolve("raw"), "*.sst")).isEmpty();
    }

    private Path copyOfOne(Random random, int trial) {
        Path store = temp.resolve("trial-" + trial);
        Trees.copy(stores.get(random.nextInt(stores.size())), store);
        return store;
    }

    private static Path oneOf(String pattern, Path store, Random random) {
        List<Path> files = RawStore.files(store, pattern);
        return files.get(random.nextInt(files.size()));
    }

    /** Returns 1 if the store is refused, 0 if it opens and holds all rows or reports them as damaged. */
    private static int refusedOrComplete(Path store, String fault) {
        var before = Trees.listing(store);
        try {
            StoreGuard.admit(store, ReadOnlyProbe.paranoid());
        } catch (OperatorException e) {
            assertThat(Trees.listing(store)).as(fault).isEqualTo(before);
            return 1;
        }
        assertThat(Trees.listing(store)).as(fault).isEqualTo(before);
        RawStore opened = RawStore.open(store);
        for (int row = 0; row < ROWS; row++) {
            byte[] found;
            try {
                found = opened.get(CrashChild.key(row));
            } catch (IllegalStateException damaged) {
                assertThat(damaged).as(fault).hasMessageContaining(".sst");
                continue;
            }
            if (found == null) {
                fail("row " + row + " is absent: " + fault);
            }
            assertThat(found).as(fault).isEqualTo(CrashChild.value(row));
        }
        opened.abandon();
        return 0;
    }
}
