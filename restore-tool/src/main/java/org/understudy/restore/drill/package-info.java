/**
 * Rehearsals of restores that nobody waits for: random users and all canaries, from the latest verified snapshot into
 * shadows, validated, compared with the manifest's promise, and read back by a mail program over IMAP
 * (docs/drill-format.md, docs/runbooks/drill.md).
 *
 * <pre>
 * drills/ID/result.json    what came of it; a drill without one was cut short
 *          restores/, shadows/    one restore for each user, in folders of the drill's own; kept for a week if it failed
 * </pre>
 *
 * <p>Invariants: nothing of live mail changes but counters of ids. A drill's restores cannot be merged, listed or resumed
 * by any command, since none looks into a drill's folder. A drill is good only if every comparison was made and held,
 * that of the mail program too; whatever stops one is kept as its result and never passes in silence.
 */
@NullMarked
package org.understudy.restore.drill;

import org.jspecify.annotations.NullMarked;
