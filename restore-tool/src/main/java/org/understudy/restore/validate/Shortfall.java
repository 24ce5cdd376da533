package org.understudy.restore.validate;

import org.understudy.restore.validate.Finding.Strength;

/**
 * Weighs a size that differs from its witness. Tools that rewrite mail in place leave a file whose structure is whole and
 * whose size is off, so a size alone is doubt. A file that is shorter and also shows the cut is damaged.
 */
final class Shortfall {
    private static final int SECTOR = 512;

    private Shortfall() {}

    static Strength weigh(long stated, long found, Scan scan) {
        return found < stated && showsCut(found, scan) ? Strength.CONTRADICTION : Strength.DOUBT;
    }

    /** Whether the end looks like a cut: within a line, a part or the header, or just where a disk's sector ends. */
    static boolean showsCut(long size, Scan scan) {
        return scan.tail().midLine()
                || scan.tail().openMultiparts() > 0
                || scan.tail().cutBase64()
                || !scan.header().ended()
                || size % SECTOR == 0;
    }
}
