package org.understudy.restore.workflow;

import java.io.IOException;
import org.understudy.restore.replay.Examiner;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.validate.Validation;
import org.understudy.restore.validate.Validator;
import org.understudy.storage.Content;

/** All checks that need nothing but the message and what its source says of it. */
public final class StandardExaminer implements Examiner {
    private final Validator validator = Validator.standard();

    @Override
    public Validation examine(SourceItem.Message item, Content bytes) throws IOException {
        return validator.validate(new SourceItem.Message(
                item.ref(), item.mailbox(), item.uid(), item.internalDate(), item.flags(), bytes, item.witnesses()));
    }
}
