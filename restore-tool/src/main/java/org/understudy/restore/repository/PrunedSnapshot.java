package org.understudy.restore.repository;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What stays of a snapshot that was pruned: the content of {@code pruned/<id>.json} (docs/repository-format.md). It takes
 * the manifest's place in the chain, so that the snapshots after it can still be shown to be those that were taken.
 *
 * @param format always {@value #FORMAT}
 * @param id that the snapshot had
 * @param number its place in the chain
 * @param created when it was taken
 * @param manifestSha256 of the exact bytes of its manifest, which the next snapshot names
 * @param manifestSignature the manifest's signature in hexadecimal
 * @param manifestSigningKey id of the key that made it
 * @param predecessor as in its manifest
 * @param messages as in its manifest, likewise bytes
 * @param prunedAt when it was decided that it goes
 * @param because the rules that did not want it
 * @param signingKey id of the key that signed this record
 */
public record PrunedSnapshot(
        String format,
        int version,
        String repositoryId,
        String id,
        long number,
        Instant created,
        String manifestSha256,
        String manifestSignature,
        String manifestSigningKey,
        Manifest.@Nullable Predecessor predecessor,
        long messages,
        long bytes,
        Instant prunedAt,
        String because,
        String signingKey) {
    public static final String FORMAT = "understudy-pruned";
    public static final int VERSION = 1;
}
