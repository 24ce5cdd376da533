package org.understudy.server.imap.faults;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.MailStore;

/**
 * The latest faults of a store, and which command met them. A row that cannot be read concerns the command on whose
 * thread it was met, or any if it was met on a thread of no command; a write that failed concerns all that waited for the
 * disk. Thread-safe.
 */
final class FaultLedger {
    private static final int KEPT = 64;

    private record Met(long number, Thread thread, boolean byCommand, RuntimeException fault) {}

    private final AtomicLong number = new AtomicLong();
    private final Deque<Met> latest = new ArrayDeque<>();
    private final Set<Thread> commands = ConcurrentHashMap.newKeySet();

    private FaultLedger() {}

    /** One that is told of all faults from now on, for as long as the store is open. */
    static FaultLedger of(MailStore store) {
        FaultLedger ledger = new FaultLedger();
        store.addFaultObserver(ledger::met);
        return ledger;
    }

    private void met(RuntimeException fault) {
        Thread thread = Thread.currentThread();
        synchronized (latest) {
            latest.addLast(new Met(number.incrementAndGet(), thread, commands.contains(thread), fault));
            if (latest.size() > KEPT) {
                latest.removeFirst();
            }
        }
    }

    /** A command begins on this thread. */
    Command begin() {
        Thread thread = Thread.currentThread();
        commands.add(thread);
        return new Command(thread, number.get());
    }

    /** A command under way. */
    final class Command {
        private final Thread thread;
        private final long before;

        private Command(Thread thread, long before) {
            this.thread = thread;
            this.before = before;
        }

        /** The latest fault that concerns it. */
        Optional<RuntimeException> fault() {
            synchronized (latest) {
                return latest.reversed().stream()
                        .filter(met -> met.number() > before)
                        .filter(met -> met.thread().equals(thread)
                                || !met.byCommand()
                                || !(met.fault() instanceof CorruptionException))
                        .findFirst()
                        .map(Met::fault);
            }
        }

        void end() {
            commands.remove(thread);
        }
    }
}
