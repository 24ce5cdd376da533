package org.understudy.restore.reclaim;

import java.time.Duration;
import java.util.Optional;
import org.understudy.restore.incident.IncidentHolds;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreJobs;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.operation.Workplace;
import org.understudy.storage.reclaim.Reclaim;

/**
 * What keeps the bodies of expunged mail from being deleted. Holds are looked up each time; restores, of which there may be
 * thousands, when two seconds have passed: a merge that begins meanwhile bars deletion itself.
 */
final class Obstacles implements Reclaim.Obstacle {
    private static final long FRESH = Duration.ofSeconds(2).toNanos();

    private final Workplace workplace;
    private Optional<String> known = Optional.empty();
    private long lookedAt;
    private boolean looked;

    Obstacles(Workplace workplace) {
        this.workplace = workplace;
    }

    @Override
    public Optional<String> now() {
        IncidentHolds.State holds = IncidentHolds.of(workplace).state();
        if (holds.frozen()) {
            return Optional.of("an incident hold is on " + holds.text());
        }
        long nanos = System.nanoTime();
        if (!looked || nanos - lookedAt > FRESH) {
            known = look();
            lookedAt = System.nanoTime();
            looked = true;
        }
        return known;
    }

    private Optional<String> look() {
        for (RestoreJob job : RestoreJobs.all(workplace.restores())) {
            if (job.state() == RestoreState.MERGING || job.state() == RestoreState.UNDOING) {
                return Optional.of("restore " + job.id() + " is "
                        + (job.state() == RestoreState.MERGING ? "merging" : "being undone")
                        + ", or was cut short in that and has yet to go on");
            }
        }
        return Optional.empty();
    }
}
