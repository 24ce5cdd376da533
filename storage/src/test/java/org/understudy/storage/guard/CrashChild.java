package org.understudy.storage.guard;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.rocksdb.EnvOptions;
import org.rocksdb.Options;
import org.rocksdb.RocksDBException;
import org.rocksdb.SstFileWriter;

/**
 * A process that writes until it is killed: rows with flushes, compactions, ingestions, and now and then a clean close
 * and a reopening. Says on standard output what it has been assured of.
 */
final class CrashChild {
    static final long WRITE_BUFFER = 64 << 10;
    static final long MANIFEST = 2 << 10;

    private CrashChild() {}

    /** @param args folder of the store, seed, number of the first row */
    public static void main(String[] args) throws IOException, RocksDBException {
        Path folder = Path.of(args[0]);
        Random random = new Random(Long.parseLong(args[1]));
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        long row = Long.parseLong(args[2]);
        while (true) {
            out.println("opening");
            RawStore store = new RawStore(folder, WRITE_BUFFER, MANIFEST);
            out.println("open");
            boolean again = false;
            while (!again) {
                int dice = random.nextInt(1000);
                if (dice < 10) {
                    out.println("flushing");
                    store.flush();
                } else if (dice < 20) {
                    out.println("compacting");
                    store.compact();
                } else if (dice < 30 && row > 0) {
                    out.println("ingesting");
                    store.ingest(table(folder, row - 1));
                } else if (dice < 50) {
                    store.guard.refresh();
                } else if (dice < 65) {
                    again = true;
                } else {
                    store.put(key(row), value(row));
                    out.println("row " + row);
                    row++;
                }
            }
            out.println("closing");
            store.close();
        }
    }

    /** A table with one row that is there already. */
    private static Path table(Path store, long row) throws IOException, RocksDBException {
        Path file = Files.createTempFile(store.toAbsolutePath().resolveSibling("."), "ingest", ".sst");
        try (Options options = new Options();
                EnvOptions env = new EnvOptions();
                SstFileWriter writer = new SstFileWriter(env, options)) {
            writer.open(file.toString());
            writer.put(key(row).getBytes(StandardCharsets.UTF_8), value(row));
            writer.finish();
        }
        return file;
    }

    static String key(long row) {
        return String.format("row%08d", row);
    }

    static byte[] value(long row) {
        Random random = new Random(row);
        byte[] value = new byte[100 + random.nextInt(3000)];
        random.nextBytes(value);
        return value;
    }
}
