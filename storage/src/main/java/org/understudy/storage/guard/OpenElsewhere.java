package org.understudy.storage.guard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * Finds out whether a process holds RocksDB's lock, without touching the lock: closing any handle of a file drops all
 * locks that the same process has on it (fcntl(2)), so trying it could take it from ourselves. Reads /proc/locks; where
 * there is none, RocksDB itself reports the lock when it opens.
 */
final class OpenElsewhere {
    private static final Path LOCKS = Path.of("/proc/locks");

    private OpenElsewhere() {}

    /** @throws OperatorException {@link Reason#BUSY} if db/LOCK is held */
    static void check(Path storeFolder) {
        Path lock = storeFolder.resolve(StoreHeader.DATABASE).resolve("LOCK");
        if (!Files.isReadable(LOCKS) || !Files.exists(lock)) {
            return;
        }
        try {
            long device = ((Number) Files.getAttribute(lock, "unix:dev")).longValue();
            long inode = ((Number) Files.getAttribute(lock, "unix:ino")).longValue();
            long major = ((device >>> 8) & 0xfff) | ((device >>> 32) & ~0xfffL);
            long minor = (device & 0xff) | ((device >>> 12) & ~0xffL);
            String wanted = String.format("%02x:%02x:%d", major, minor, inode);
            for (String line : Files.readAllLines(LOCKS)) {
                List<String> words = List.of(line.trim().split("\\s+"));
                if (words.size() > 5
                        && !words.get(1).equals("->")
                        && words.get(5).equals(wanted)) {
                    throw new OperatorException(
                            Reason.BUSY,
                            "store " + storeFolder + ": process " + words.get(4) + " has it open.",
                            "Ask the running server to do it, or stop that process first.");
                }
            }
        } catch (IOException e) {
            throw DurableFile.failed("read", lock, e);
        }
    }
}
