/**
 * What the server does unasked at times that the configuration gives: snapshots, verification, drills and so on; and how
 * old the last good one of each is.
 *
 * <pre>
 * Timing       when: every so often, daily, weekly
 * Agenda       which job is due, from what was done before; pure
 * Scheduler    one thread that runs what is due, one job at a time
 * HealthReader ages and alerts, for 'status' and for metrics
 * schedule.json in the data folder: what was run when, and how it ended (docs/schedule.md)
 * </pre>
 *
 * <p>Invariants: never two scheduled jobs at once. A run that was missed, because the server was down or another job took
 * long, takes place once, as soon as it can, however often it was missed. A job that fails is tried again after 5, 10, 20
 * minutes and so on up to 6 hours, and says so in the log as an error and in the status until it succeeds. Nothing here
 * holds up a client, a start or a stop; a stop interrupts the job under way, which is then due at the next start.
 *
 * <p>Not guaranteed: that a job begins on the second; the thread looks at least once a minute, so that it notices a clock
 * that was set.
 */
@NullMarked
package org.understudy.server.schedule;

import org.jspecify.annotations.NullMarked;
