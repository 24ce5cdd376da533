package org.understudy.restore.replay;

import java.io.IOException;
import org.understudy.restore.crowd.MessageNotes;
import org.understudy.restore.crowd.NoteTaker;
import org.understudy.restore.message.MessageReader;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.validate.Validation;
import org.understudy.storage.Content;

/** Reads one message and gives its verdict. Called from several threads at once. */
public interface Examiner {
    /** @param bytes the message's bytes as they lie in the source; use these, not the item's own content */
    Validation examine(SourceItem.Message item, Content bytes) throws IOException;

    /** A verdict with what is needed to compare the message with others. */
    record Noted(Validation validation, MessageNotes notes) {}

    /** Both in one call; an examiner that can do it in one pass overrides this. */
    default Noted note(SourceItem.Message item, Content bytes) throws IOException {
        Validation validation = examine(item, bytes);
        NoteTaker taker = new NoteTaker();
        MessageReader.read(bytes, taker);
        return new Noted(validation, taker.notes(item, validation));
    }
}
