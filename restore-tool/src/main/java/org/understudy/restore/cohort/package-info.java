/**
 * Restores of many users by one command: each user is a {@link org.understudy.restore.job.RestoreJob restore} of its own,
 * so that one who fails never stops the rest, and a merge is taken back for one or for all.
 *
 * <pre>
 * cohorts/ID/cohort.json     the users, their restores and how far each is; replaced as a whole
 *            log             one line a step
 *            lock            held while a step runs
 * </pre>
 *
 * <p>Invariants: each user of a cohort is in exactly one {@link org.understudy.restore.cohort.MemberState}, and the
 * figures of a cohort are the sums of its users'. What is approved is the list of all plans, by its hash; each restore
 * then carries that consent for its own plan, and is merged only with it. The restores' own files are the truth;
 * cohort.json may lag behind them after a crash, and is brought up to date when it is read. A step that was cut short is
 * done again and finds its work done.
 *
 * <p>Not guaranteed: that a cohort is merged as one effect. It is not: users are merged one after the other.
 */
@NullMarked
package org.understudy.restore.cohort;

import org.jspecify.annotations.NullMarked;
