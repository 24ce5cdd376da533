package org.understudy.server.search;

import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.BodyId;

/**
 * Reads text out of stored messages. At most as many at once as there are processors, whoever asks first coming first, so
 * that one long search keeps no other from its turn; and one large message at a time, so that memory is bounded.
 */
final class Extraction {
    /** In place of a body that was not asked for. */
    static final byte[] NOT_READ = {};

    private static final Logger LOG = LoggerFactory.getLogger(Extraction.class);
    private static final long LARGE = 2L << 20;

    private final MailStore store;
    private final Semaphore turns = new Semaphore(Runtime.getRuntime().availableProcessors(), true);
    private final Semaphore large = new Semaphore(1, true);

    Extraction(MailStore store) {
        this.store = store;
    }

    /**
     * Reads the text of a body.
     *
     * @param headerOctets length of the header
     * @param wantBody whether the body is wanted too
     * @return null if the store cannot read it
     */
    @Nullable
    MailText read(long body, int headerOctets, boolean wantBody) {
        turns.acquireUninterruptibly();
        try {
            BodyId id = new BodyId(body);
            byte[] header = wantBody ? NOT_READ : store.bodies().read(id, 0, headerOctets);
            return wantBody ? readAll(id) : parsed(id, header, false);
        } catch (CorruptionException e) {
            return null;
        } catch (OperatorException e) {
            if (e.reason() != Reason.IO) {
                throw e;
            }
            return null;
        } finally {
            turns.release();
        }
    }

    private @Nullable MailText readAll(BodyId id) {
        if (store.bodies().head(id).size() < LARGE) {
            return parsed(id, store.bodies().reread(id), true);
        }
        large.acquireUninterruptibly();
        try {
            return parsed(id, store.bodies().reread(id), true);
        } finally {
            large.release();
        }
    }

    /** What the reader fails on is a fault of the reader; that message then counts as one that cannot be read. */
    private static @Nullable MailText parsed(BodyId id, byte[] octets, boolean whole) {
        try {
            if (whole) {
                return MailReader.read(octets);
            }
            MailText header = MailReader.readHeader(octets);
            return new MailText(header.header(), header.fields(), NOT_READ);
        } catch (RuntimeException | StackOverflowError e) {
            LOG.error("The text of body {} cannot be read for searches; please report this", id, e);
            return null;
        }
    }
}
