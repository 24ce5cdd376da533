package org.understudy.restore.replay;

import java.io.IOException;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.validate.Validation;
import org.understudy.storage.Content;

/** Reads one message and gives its verdict. Called from several threads at once. */
public interface Examiner {
    /** @param bytes the message's bytes as they lie in the source; use these, not the item's own content */
    Validation examine(SourceItem.Message item, Content bytes) throws IOException;
}
