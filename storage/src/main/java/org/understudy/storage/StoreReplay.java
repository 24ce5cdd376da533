package org.understudy.storage;

import java.nio.file.Path;
import java.util.List;
import org.understudy.storage.engine.Engine;

/**
 * Carries logged rows into a copy of a store that nobody uses: the folder of a {@link StoreSnapshot}, of which the sorted
 * tables may be links, since they are never changed, and all other files are copies. The folder's guard, if it has one, is
 * not looked at. Close it before the folder is opened otherwise; until then nothing of it is sure to be on disk.
 */
public final class StoreReplay implements AutoCloseable {
    private static final long MEMORY_BYTES = 64L << 20;

    private final Engine engine;

    private StoreReplay(Engine engine) {
        this.engine = engine;
    }

    /** @throws OperatorException {@link Reason#STORE_REFUSED} if there is no database that can be opened for writing */
    public static StoreReplay open(Path folder) {
        return new StoreReplay(Engine.open(folder.resolve("db"), MEMORY_BYTES, false, true, () -> {}));
    }

    /** Sequence number of the newest row of the copy. */
    public long sequence() {
        return engine.latestSequence();
    }

    /**
     * Puts and deletes rows in their order. Rows of another kind, or of a family that nobody knows, are passed over.
     *
     * @return how many were passed over
     */
    public long apply(List<LoggedEffect.Row> rows) {
        return engine.replay(rows);
    }

    /** Makes all that was applied durable. */
    public void finish() {
        engine.flush();
    }

    @Override
    public void close() {
        engine.close();
    }
}
