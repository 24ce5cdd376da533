package org.understudy.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Lets what was done to a mailbox be told in the order in which it was done. Every effect takes the mailbox's next turn
 * under its lock, as it is submitted; when it is on disk, it is told once all before it have been told or have failed.
 * So sessions learn of UIDs in ascending order whoever gave them out, while effects still share fsyncs.
 *
 * <p>An effect on two mailboxes takes both turns under both locks: whoever waits, waits for what was submitted earlier,
 * and nobody waits in a circle. Nobody may begin an effect while it tells of one.
 */
final class Turns {
    private @Nullable CountDownLatch last;

    /** The next turn; under the lock of the mailbox. */
    Turn next() {
        CountDownLatch mine = new CountDownLatch(1);
        Turn turn = new Turn(over() ? null : last, mine);
        last = mine;
        return turn;
    }

    /** Whether all that took a turn has told, or has failed; under the lock of the mailbox. */
    boolean over() {
        return last == null || last.getCount() == 0;
    }

    /**
     * One effect's turn.
     *
     * @param before ends with the turn before; null if that is over
     */
    record Turn(@Nullable CountDownLatch before, CountDownLatch mine) {
        private void awaitOthers() {
            boolean interrupted = false;
            while (before != null) {
                try {
                    before.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Has {@code telling} run when all before {@code turns} is told. To be called once for each turn that was taken. */
    static void tell(List<Turn> turns, Runnable committed, Runnable telling) {
        try {
            committed.run();
            turns.forEach(Turn::awaitOthers);
            telling.run();
        } finally {
            turns.forEach(turn -> turn.mine().countDown());
        }
    }

    /** The turns of two mailboxes, or the one of one. */
    static List<Turn> of(Turns first, Turns second) {
        List<Turn> turns = new ArrayList<>(2);
        turns.add(first.next());
        if (first != second) {
            turns.add(second.next());
        }
        return turns;
    }
}
