package org.understudy.storage;

import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.engine.Engine;
import org.understudy.storage.guard.ReadOnlyProbe;
import org.understudy.storage.guard.StoreGuard;

/** The guard of a store from its opening to its end, over as many openings of the database as there are. */
final class Guarding {
    /** Of a store that is only read. */
    static final Guarding NONE = new Guarding(Path.of(""), null, null, Clock.systemUTC());

    private final Path folder;
    private final @Nullable Engine engine;
    private final @Nullable GuardKeeper keeper;
    private final Clock clock;
    private volatile @Nullable StoreGuard guard;

    Guarding(Path folder, @Nullable Engine engine, @Nullable GuardKeeper keeper, Clock clock) {
        this.folder = folder;
        this.engine = engine;
        this.keeper = keeper;
        this.clock = clock;
    }

    /** Takes charge of the database, which was just opened for writing. */
    void attach() {
        if (engine == null || keeper == null) {
            throw new IllegalStateException("a store that is only read has no guard");
        }
        StoreGuard fresh = StoreGuard.attach(folder, engine.database(), clock);
        guard = fresh;
        engine.onCommitted(fresh::committed);
        keeper.start(fresh);
    }

    /** Lets go of the database, which is about to be closed after a fault. */
    void detach() {
        StoreGuard former = guard;
        if (former != null) {
            former.close();
            guard = null;
        }
    }

    /** Decides whether the database, which is closed, may be opened for writing again. */
    void readmit() {
        StoreGuard.admit(folder, ReadOnlyProbe.paranoid());
    }

    void refresh() {
        StoreGuard present = guard;
        if (present != null) {
            present.refresh();
        }
    }

    /** Ends renewing; when this returns, none is under way. */
    void stop() {
        if (keeper != null) {
            keeper.stop();
        }
    }

    /** The database has been closed. */
    void closed(boolean clean) {
        StoreGuard present = guard;
        if (present == null) {
            return;
        }
        if (clean) {
            present.closedCleanly();
        } else {
            present.close();
        }
    }
}
