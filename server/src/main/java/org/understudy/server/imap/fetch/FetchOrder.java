package org.understudy.server.imap.fetch;

import org.apache.james.imap.api.Tag;
import org.apache.james.imap.api.message.FetchData;
import org.apache.james.imap.api.message.IdRange;
import org.apache.james.imap.message.request.FetchRequest;

/** A FETCH or UID FETCH as we understand it; James's view of it is empty. */
public final class FetchOrder extends FetchRequest {
    private final FetchItems items;

    FetchOrder(boolean useUids, IdRange[] ids, FetchItems items, Tag tag) {
        super(useUids, ids, FetchData.builder().build(), tag);
        this.items = items;
    }

    FetchItems items() {
        return items;
    }

    /** The same, leaving {@code \Seen} alone. */
    public FetchOrder peeking() {
        return new FetchOrder(isUseUids(), getIdSet(), items.peeking(), getTag());
    }
}
