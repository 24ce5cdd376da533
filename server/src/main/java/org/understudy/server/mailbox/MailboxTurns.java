package org.understudy.server.mailbox;

import com.google.common.util.concurrent.Striped;
import java.util.concurrent.Semaphore;
import org.apache.james.mailbox.MailboxPathLocker;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.MailboxPath;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * Lets sessions that add to one mailbox take turns, each with its effect and its event, so that selected sessions learn
 * of UIDs in ascending order and message numbers never shift under them. The store orders the effects; this orders the
 * events after them. Nothing may take a second turn while it has one.
 *
 * <p>Unlike James's locker this one changes no threads, and a turn may end on another thread than it began on.
 */
final class MailboxTurns implements MailboxPathLocker {
    private final Striped<Semaphore> turns = Striped.lazyWeakSemaphore(4096, 1);

    @Override
    public <T> T executeWithLock(MailboxPath path, LockAwareExecution<T> execution, LockType type)
            throws MailboxException {
        Semaphore turn = take(path);
        try {
            return execution.execute();
        } finally {
            turn.release();
        }
    }

    /** The turn ends before the result is passed on, so that what follows may take another one. */
    @Override
    public <T> Publisher<T> executeReactiveWithLockReactive(MailboxPath path, Publisher<T> execution, LockType type) {
        return Mono.using(() -> take(path), turn -> Mono.from(execution), Semaphore::release);
    }

    private Semaphore take(MailboxPath path) {
        Semaphore turn = turns.get(path);
        turn.acquireUninterruptibly();
        return turn;
    }
}
