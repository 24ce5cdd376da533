package org.understudy.server.boot;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.storage.MailStore;
import org.understudy.storage.ThreadEnd;

/**
 * Writes, beside the running server, the structures of messages that an older version has stored without. Until it is done
 * the first FETCH of such a message reads it. Broken off, it goes on at the next start.
 */
final class StructureFill implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StructureFill.class);
    private static final long OCTETS_A_SECOND = 40L << 20;

    private final Thread thread;

    private StructureFill(MailStore store) {
        thread = new Thread(() -> fill(store), "structures");
        thread.setDaemon(true);
    }

    /** Begins where the store needs it. */
    static StructureFill start(MailStore store) {
        StructureFill fill = new StructureFill(store);
        if (!store.structures().isComplete()) {
            fill.thread.start();
        }
        return fill;
    }

    private static void fill(MailStore store) {
        LOG.info("The structures of messages of an older version are being written, at up to 40 MiB a second");
        try {
            long written = store.structures()
                    .complete(
                            store.mailboxes().all(),
                            octets -> TimeUnit.NANOSECONDS.sleep(octets * 1_000_000_000L / OCTETS_A_SECOND));
            LOG.info("The structures of {} messages have been written", written);
        } catch (InterruptedException e) {
            LOG.info("Writing structures was broken off; it goes on at the next start");
        } catch (RuntimeException e) {
            LOG.warn("Writing structures failed; it is tried again at the next start", e);
        }
    }

    /** Breaks it off and waits for its end. */
    @Override
    public void close() {
        thread.interrupt();
        ThreadEnd.await(thread);
    }
}
