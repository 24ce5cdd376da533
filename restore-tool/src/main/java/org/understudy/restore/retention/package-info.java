/**
 * Which snapshots are kept. Pure: it neither reads nor removes anything.
 *
 * <p>Invariants: the newest snapshot is kept whatever the rules say; without a rule every snapshot is kept; a snapshot that
 * is known to be damaged is never the one that stands for its day, week or month while a sound one of it is there.
 */
@NullMarked
package org.understudy.restore.retention;

import org.jspecify.annotations.NullMarked;
