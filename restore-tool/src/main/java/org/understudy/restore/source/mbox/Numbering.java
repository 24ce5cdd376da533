package org.understudy.restore.source.mbox;

import java.io.IOException;
import java.util.function.Function;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.ItemRef;
import org.understudy.restore.source.SourceItem;

/** Numbers items as they come, and passes on those from a given ordinal on. */
final class Numbering {
    private final long from;
    private final BackupSource.Sink sink;
    private long next;

    Numbering(long from, BackupSource.Sink sink) {
        this.from = from;
        this.sink = sink;
    }

    /** @param item makes the item; not called for those that are passed over */
    void give(String path, Function<ItemRef, SourceItem> item) throws IOException {
        long ordinal = next++;
        if (ordinal >= from) {
            sink.accept(item.apply(new ItemRef(ordinal, path)));
        }
    }
}
