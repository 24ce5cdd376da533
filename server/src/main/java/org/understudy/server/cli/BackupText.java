package org.understudy.server.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.understudy.restore.cli.Printable;
import org.understudy.server.schedule.BackupHealth;
import org.understudy.server.schedule.JobState;

/** How backups are, for people. */
final class BackupText {
    private BackupText() {}

    static void print(BackupHealth health, PrintStream out) {
        Instant now = health.at();
        BackupHealth.Snapshot snapshot = health.snapshot();
        BackupHealth.Snapshot verified = health.verified();
        BackupHealth.Drill good = health.goodDrill();
        out.println("  last snapshot       "
                + (snapshot == null ? none(health) : ago(snapshot.taken(), now) + ", " + snapshot.id()));
        out.println("  last verified one   "
                + (verified == null
                        ? none(health)
                        : ago(verified.taken(), now) + ", " + verified.id() + ", verified "
                                + ago(verified.verifiedAt() == null ? verified.taken() : verified.verifiedAt(), now)));
        out.println(
                "  last good drill     " + (good == null ? none(health) : ago(good.begun(), now) + ", " + good.id()));
        for (JobState job : health.jobs()) {
            if (job.due() != null || job.failures() > 0) {
                out.println("  " + String.format("%-19s ", job.name()) + Printable.line(line(job, now)));
            }
        }
        for (BackupHealth.Alert alert : health.alerts()) {
            out.println("ALERT: " + Printable.line(alert.text()));
            out.println("HINT: " + Printable.line(alert.hint()));
        }
    }

    private static String none(BackupHealth health) {
        return health.problem().isEmpty() ? "none yet" : "not known: " + Printable.line(health.problem());
    }

    private static String line(JobState job, Instant now) {
        Instant begun = job.begun();
        Instant due = job.due();
        String last = begun == null
                ? "has not run yet"
                : job.outcome() == JobState.Outcome.RUNNING
                        ? "is running since " + words(Duration.between(begun, now))
                        : job.outcome().word() + " " + ago(begun, now);
        return job.timing() + "; " + last
                + (due == null
                        ? ""
                        : "; next " + (due.isAfter(now) ? "in " + words(Duration.between(now, due)) : "now"));
    }

    private static String ago(Instant then, Instant now) {
        return words(Duration.between(then, now)) + " ago";
    }

    /** {@code 3 days}, {@code 5 h}, {@code 12 min} or {@code 8 s}. */
    private static String words(Duration time) {
        Duration age = time.isNegative() ? Duration.ZERO : time.truncatedTo(ChronoUnit.SECONDS);
        if (age.toHours() >= 48) {
            return age.toDays() + " days";
        }
        if (age.toMinutes() >= 120) {
            return age.toHours() + " h";
        }
        return age.toSeconds() >= 120 ? age.toMinutes() + " min" : age.toSeconds() + " s";
    }
}
