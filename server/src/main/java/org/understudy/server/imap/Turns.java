package org.understudy.server.imap;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** The work of one connection: done in order, one piece at a time, on {@link CommandThreads}. */
public final class Turns {
    private final CommandThreads threads;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private boolean busy;

    public Turns(CommandThreads threads) {
        this.threads = threads;
    }

    public synchronized void submit(Runnable work) {
        waiting.add(work);
        if (!busy) {
            busy = true;
            threads.execute(this::work);
        }
    }

    /** Does {@code work} on this thread, where nothing is to be done before it; else in its turn. It must be quick. */
    void now(Runnable work) {
        synchronized (this) {
            if (busy) {
                waiting.add(work);
                return;
            }
            busy = true;
        }
        try {
            work.run();
        } finally {
            boolean more;
            synchronized (this) {
                more = !waiting.isEmpty();
                busy = more;
            }
            if (more) {
                threads.execute(this::work);
            }
        }
    }

    private void work() {
        boolean finished = false;
        try {
            for (Runnable next = take(); next != null; next = take()) {
                next.run();
            }
            finished = true;
        } finally {
            if (!finished) {
                goOn();
            }
        }
    }

    private synchronized void goOn() {
        threads.execute(this::work);
    }

    private synchronized @Nullable Runnable take() {
        Runnable next = waiting.poll();
        busy = next != null;
        return next;
    }
}
