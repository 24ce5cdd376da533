/**
 * One restore from its first step to its last: identity, state, and the folder that keeps both.
 *
 * <pre>
 * restores/ID/job.json       the job; replaced as a whole, never changed in place
 *             plan.json      the plan, in exactly the bytes whose SHA-256 is approved
 *             receipt.json   what the merge did, drawn from the live store's journal
 *             before-N.json  figures of the live store before the Nth merge
 *             plan-N.json, approvals-N.json, receipt-N.json, undo-N.json    kept of each attempt
 *             proof-merge-N.json, proof-undo-N.json, each with .sig    what was proven of it
 *             segments/      body files that the merge wrote
 *             report.json    what validation found
 *             report.index, plan.index    where the pages of these two lie (docs/page-index-format.md)
 *             log            one line a step, and for each time that somebody looked at the shadow
 *             lock           held while a step runs
 * shadows/ID/store           the shadow, a store of its own
 *            segments/       the body files that it adopted
 *            terms.json      how long it is kept, and until when its owners may look at it
 *            views/          copies of it that mail programs look at just now; the server's
 * </pre>
 *
 * <p>job.json says which step is next; what a step has done lies in the journals of the shadow (replay) and of the live
 * store (merge, undo), written together with what they record. So job.json may lag behind by one step after a crash,
 * and repeating that step finds its work done.
 */
@NullMarked
package org.understudy.restore.job;

import org.jspecify.annotations.NullMarked;
