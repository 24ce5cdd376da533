/**
 * The scrub: rereads the whole live store again and again, at a set rate, so that what rots on the disk is found while there
 * is still a sound copy of it.
 *
 * <pre>
 * Scrubber     one thread: waits until a pass is due, runs it, tries again when it cannot go on
 * ScrubPass    one pass: every sorted table from the disk, every mailbox with its bodies, the rows that belong to none
 * ScrubAlarm   what happens when something is wrong: a line in the log, and the incident hold
 * ScrubState   scrub.json of the data folder: how far the pass is, and what the last one found
 * ScrubStatus  the same for 'understudy status' and for metrics
 * </pre>
 *
 * <p>Invariants: a pass reads at its rate at most, and a quarter of that while users are at work; it writes nothing but its
 * file, about twice a minute. A restart goes on with the table or the mailbox that was under way. Nothing that is wrong goes
 * without a line in the log, the incident hold and a place in the status. No thread but its own waits for it.
 *
 * <p>Not guaranteed: that rows younger than the pass were read by it. What was written since it began was compared with its
 * sums when it was written, and is read by the next pass. It is no scheduled job, since those run one at a time and a pass
 * may take days.
 */
@NullMarked
package org.understudy.server.scrub;

import org.jspecify.annotations.NullMarked;
