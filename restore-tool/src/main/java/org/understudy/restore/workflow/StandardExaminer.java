package org.understudy.restore.workflow;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.understudy.restore.copies.OtherCopiesCheck;
import org.understudy.restore.crowd.NoteTaker;
import org.understudy.restore.replay.Examiner;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.validate.Check;
import org.understudy.restore.validate.Validation;
import org.understudy.restore.validate.Validator;
import org.understudy.storage.Content;

/** All checks that need nothing but the message and what its source, and a comparison with others, say of it. */
public final class StandardExaminer implements Examiner {
    private final Validator validator = withOtherCopies(Validator.standard());

    private static Validator withOtherCopies(Validator standard) {
        List<Check> checks = new ArrayList<>(standard.checks());
        checks.add(new OtherCopiesCheck());
        return new Validator(checks);
    }

    @Override
    public Validation examine(SourceItem.Message item, Content bytes) throws IOException {
        return validator.validate(with(item, bytes));
    }

    @Override
    public Noted note(SourceItem.Message item, Content bytes) throws IOException {
        NoteTaker taker = new NoteTaker();
        Validation validation = validator.validate(with(item, bytes), taker);
        return new Noted(validation, taker.notes(item, validation));
    }

    private static SourceItem.Message with(SourceItem.Message item, Content bytes) {
        return new SourceItem.Message(
                item.ref(), item.mailbox(), item.uid(), item.internalDate(), item.flags(), bytes, item.witnesses());
    }
}
