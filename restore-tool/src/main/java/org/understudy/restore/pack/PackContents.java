package org.understudy.restore.pack;

import java.util.List;

/**
 * {@code pack.json}: what a pack is of.
 *
 * @param format always {@value #FORMAT}
 * @param version of the format, 1
 * @param keyId of the key that signs the pack
 */
record PackContents(
        String format,
        int version,
        String restoreId,
        String state,
        String sourceKind,
        String sourceLocation,
        String keyId,
        List<Attempt> attempts) {
    static final String FORMAT = "understudy-evidence";
    static final int VERSION = 1;

    /**
     * One plan that was approved, and what came of it.
     *
     * @param merged whether it was carried out to its end
     * @param undone whether that was taken back
     */
    record Attempt(int attempt, String planHash, boolean merged, boolean undone) {}

    PackContents {
        attempts = List.copyOf(attempts);
    }
}
