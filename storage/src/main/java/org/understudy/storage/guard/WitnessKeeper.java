package org.understudy.storage.guard;

import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Raises the witness with each commit, and fsyncs it at most once a second, on a thread of its own. */
final class WitnessKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WitnessKeeper.class);
    private static final long PAUSE_MILLIS = 1000;

    private final WitnessFile file;
    private final Path storeFolder;
    private final Object raising = new Object();
    private final Thread thread;
    private volatile long sequence;
    private volatile boolean stopped;
    private boolean failing;

    WitnessKeeper(WitnessFile file, Path storeFolder, long sequence) {
        this.file = file;
        this.storeFolder = storeFolder;
        this.sequence = sequence;
        this.thread = Thread.ofPlatform().daemon().name("store-witness").unstarted(this::keepSyncing);
    }

    void start() {
        thread.start();
    }

    /** The highest sequence that is known to be durable. */
    long sequence() {
        return sequence;
    }

    void raise(long lastSequence) {
        synchronized (raising) {
            if (stopped) {
                throw new IllegalStateException("the guard of " + storeFolder + " is closed");
            }
            if (lastSequence <= sequence) {
                return;
            }
            sequence = lastSequence;
            try {
                file.raise(lastSequence);
                failing = false;
            } catch (IOException e) {
                if (!failing) {
                    failing = true;
                    LOG.error("Cannot write the witness of store {}: a lost log might go unseen", storeFolder, e);
                }
            }
        }
    }

    void sync() throws IOException {
        file.sync();
    }

    private void keepSyncing() {
        long synced = sequence;
        boolean failed = false;
        while (!stopped) {
            try {
                Thread.sleep(PAUSE_MILLIS);
                long now = sequence;
                if (now != synced) {
                    file.sync();
                    synced = now;
                    failed = false;
                }
            } catch (InterruptedException e) {
                return;
            } catch (IOException e) {
                if (!failed && !stopped) {
                    failed = true;
                    LOG.error("Cannot fsync the witness of store {}: a lost log might go unseen", storeFolder, e);
                }
            }
        }
    }

    @Override
    public void close() {
        synchronized (raising) {
            stopped = true;
        }
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            file.close();
        } catch (IOException e) {
            LOG.error("Cannot close the witness of store {}", storeFolder, e);
        }
    }
}
