package org.understudy.storage;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * How many files and sockets this process may have open at once (RLIMIT_NOFILE), and how they are shared out, so that a
 * crowd of clients cannot take those that the store needs.
 */
public final class OpenFileLimit {
    private static final long STORE = 4096;
    private static final long OTHERS = 256;

    private OpenFileLimit() {}

    /** As it was when the process began to ask; where nothing is known, as if there were none. */
    public static long files() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Integer.MAX_VALUE;
    }

    /** How many tables the store may keep open: 4,096, or a quarter of all. */
    public static int tables(long files) {
        return Math.toIntExact(Math.clamp(files / 4, 32, STORE));
    }

    /**
     * How many connections there is room for beside the store and what else is open.
     *
     * @return 1 or more
     */
    public static int connections(long files) {
        long reserved = tables(files) + Math.min(OTHERS, files / 4);
        return Math.toIntExact(Math.clamp(files - reserved, 1, Integer.MAX_VALUE));
    }
}
