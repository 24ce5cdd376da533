package org.understudy.restore.replay;

import java.util.Optional;
import org.understudy.restore.crowd.MessageNotes;
import org.understudy.restore.source.ItemRef;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.validate.Validation;

/** An item of the source after it was looked at. */
sealed interface Examined {
    ItemRef ref();

    record Mail(SourceItem.Message item, Validation validation, MessageNotes notes) implements Examined {
        @Override
        public ItemRef ref() {
            return item.ref();
        }
    }

    record Unreadable(ItemRef ref, Optional<SourceMailbox> mailbox, String why) implements Examined {}

    /** A copy of what the source gives from another place. */
    record Copy(ItemRef ref, SourceMailbox mailbox, String why) implements Examined {}

    record Ignored(ItemRef ref, String why) implements Examined {}
}
