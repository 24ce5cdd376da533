package org.understudy.storage.reclaim;

import org.understudy.storage.engine.Engine;
import org.understudy.storage.engine.View;
import org.understudy.storage.fsck.Reading;
import org.understudy.storage.fsck.Watch;
import org.understudy.storage.keyspace.Family;

/** The rows of a store as of one moment, read in short stretches at a pace. */
final class LongView implements AutoCloseable {
    /** Carries an interruption through a scan. */
    private static final class BrokenOffException extends RuntimeException {
        private static final long serialVersionUID = 1;

        BrokenOffException(InterruptedException cause) {
            super(cause);
        }
    }

    private final View view;
    private final Reading reading;

    LongView(Engine engine, Reclaim.Pace pace) {
        view = engine.uncachedView();
        Watch watch = (octets, calls) -> {
            try {
                pace.await(octets);
            } catch (InterruptedException e) {
                throw new BrokenOffException(e);
            }
        };
        reading = new Reading(view, watch);
    }

    View rows() {
        return view;
    }

    /** Visits all rows of a family. */
    void scan(Family family, View.Visitor visitor) throws InterruptedException {
        try {
            reading.scan(family, new byte[0], null, visitor);
        } catch (BrokenOffException e) {
            InterruptedException interrupted = new InterruptedException("broken off");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    @Override
    public void close() {
        view.close();
    }
}
