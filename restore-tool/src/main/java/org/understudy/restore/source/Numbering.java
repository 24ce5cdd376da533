package org.understudy.restore.source;

import java.io.IOException;
import java.util.function.Function;

/** Numbers items as they come, and passes on those from a given ordinal on. */
public final class Numbering {
    private final long from;
    private final BackupSource.Sink sink;
    private long next;

    public Numbering(long from, BackupSource.Sink sink) {
        this.from = from;
        this.sink = sink;
    }

    /** Passes over so many items at once, if all of them are to be passed over. */
    public boolean skips(long items) {
        if (next + items > from) {
            return false;
        }
        next += items;
        return true;
    }

    /** @param item makes the item; not called for those that are passed over */
    public void give(String path, Function<ItemRef, SourceItem> item) throws IOException {
        long ordinal = next++;
        if (ordinal >= from) {
            sink.accept(item.apply(new ItemRef(ordinal, path)));
        }
    }
}
