package org.understudy.restore.repository.log;

import org.jspecify.annotations.Nullable;

/**
 * Where a segment stands; the fields are those of {@link LogHead}.
 *
 * @param lastRow of the line so far, and likewise {@code lastEffect}
 */
record SegmentPlace(
        String tool,
        String repositoryId,
        long number,
        String storeId,
        String storeLine,
        long line,
        LogHead.Start start,
        long lastRow,
        String lastEffect,
        String signingKey,
        LogHead.@Nullable Previous predecessor) {}
