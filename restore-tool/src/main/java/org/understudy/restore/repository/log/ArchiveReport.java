package org.understudy.restore.repository.log;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What one run of the archiver did.
 *
 * @param segments how many files it wrote
 * @param effects in them
 * @param bytes of them
 * @param bodies that came to the store as files and were carried with them
 * @param upTo every effect at or before this moment is in the repository; null where none is
 * @param gap what was found lost in this run, in words, or empty
 */
public record ArchiveReport(
        ArchiveState state,
        long segments,
        long effects,
        long bytes,
        long bodies,
        @Nullable Instant upTo,
        String gap) {}
