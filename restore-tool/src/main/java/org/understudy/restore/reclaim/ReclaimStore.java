package org.understudy.restore.reclaim;

import java.time.Duration;
import java.util.Optional;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.shadow.Courtesy;
import org.understudy.restore.shadow.Pace;
import org.understudy.storage.MailStore;
import org.understudy.storage.reclaim.Reclaim;

/** {@code store.reclaim}: deletes the bodies of expunged mail whose window is over, and has their room given back. */
public final class ReclaimStore implements Operation<ReclaimStore.Request, ReclaimStore.Result> {
    /** Octets a second while users are at work, where nobody asks for a rate. */
    private static final long BESIDE_USERS = 20_000_000;

    /**
     * @param dryRun say what is due, and delete nothing
     * @param rate octets a second at most that are read and written; 0 for no limit of its own
     */
    public record Request(boolean dryRun, long rate) {}

    /**
     * @param windowMillis how long bodies of expunged mail are kept
     * @param observedMillis how long the store was open so far, by which the window is counted
     * @param round what was looked at and what became of it
     * @param compacted of the tables, or nothing in a dry run and where something stood in the way
     */
    public record Result(
            boolean dryRun,
            long windowMillis,
            long observedMillis,
            Reclaim.Round round,
            Reclaim.Compacted compacted,
            long millis) {}

    @Override
    public String name() {
        return "store.reclaim";
    }

    @Override
    public Role role() {
        return Role.ADMIN;
    }

    @Override
    public Class<Request> requestType() {
        return Request.class;
    }

    @Override
    public Class<Result> resultType() {
        return Result.class;
    }

    @Override
    public Result run(Request request, Workplace workplace, Progress progress) throws InterruptedException {
        long begun = System.nanoTime();
        MailStore live = workplace.live();
        Reclaim reclaim = live.reclaim();
        Courtesy courtesy = new Courtesy(live::calls, BESIDE_USERS);
        Pace pace = request.rate() > 0 ? new Pace(request.rate()) : new Pace(courtesy);
        long[] octets = new long[1];
        Reclaim.Pace told = read -> {
            octets[0] += read;
            progress.advance(0, octets[0]);
            pace.await(read);
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped on request");
            }
        };
        Obstacles obstacles = new Obstacles(workplace);
        Duration window = reclaim.window();
        if (!request.dryRun()) {
            reclaim.keepTime();
        }
        progress.begin("reclaiming bodies of expunged mail", -1, "bodies");
        Optional<String> before = request.dryRun() ? Optional.empty() : obstacles.now();
        // With something in the way the round still says what is due, and so that it is in the way.
        Reclaim.Round round = reclaim.round(window, request.dryRun() || before.isPresent(), obstacles, told);
        if (before.isPresent()) {
            round = round.stoppedBy(before.get());
        }
        Reclaim.Compacted compacted = new Reclaim.Compacted(0, 0, 0, 0);
        if (!request.dryRun() && round.obstacle().isEmpty()) {
            octets[0] = 0;
            progress.begin("rewriting tables", -1, "ranges");
            compacted = reclaim.compact(obstacles, told);
        }
        return new Result(
                request.dryRun(),
                window.toMillis(),
                reclaim.observed().toMillis(),
                round,
                compacted,
                (System.nanoTime() - begun) / 1_000_000);
    }
}
