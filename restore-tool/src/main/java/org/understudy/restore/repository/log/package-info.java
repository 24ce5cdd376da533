/**
 * The write-ahead log of the live store, carried into the repository between snapshots, and stores as of any moment made
 * from a snapshot and the log after it. The layout is specified in docs/repository-format.md#logs, and a change here is a
 * change there; docs/adr/0011 says why.
 *
 * <p>Words: a <i>segment</i> is one file of effects in a row. A <i>line</i> is a run of segments without a gap, of one
 * past of a store; a new one begins when the log before it is lost or belongs to another past. A snapshot is the <i>base</i> from
 * which a line can be replayed on.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A segment exists if and only if its file does; it never changes, and names the SHA-256 of the one before.
 *   <li>Within a line every sequence number is accounted for: by a row, or as one that files taken in have used up.
 *   <li>Times never fall from one effect to the next, and none is at or before the time up to which an earlier segment
 *       says that it is complete: the state at a moment, once given, stays what it was.
 *   <li>What a replay needs and did not pass through the log, bodies that a merge took in as files, is in the segments.
 *   <li>A store as of a moment is made only of segments whose signature, order and SHA-256 were checked.
 * </ul>
 *
 * <p>Not guaranteed: moments at which the log was not carried away; they are gaps, which the repository records.
 */
@NullMarked
package org.understudy.restore.repository.log;

import org.jspecify.annotations.NullMarked;
