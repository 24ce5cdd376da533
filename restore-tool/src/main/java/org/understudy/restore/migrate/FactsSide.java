package org.understudy.restore.migrate;

import java.util.List;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.imap.AccountFacts;

/** The mailboxes of an IMAP account without their messages. */
record FactsSide(AccountFacts facts) implements OldSide {
    @Override
    public List<Mailbox> mailboxes() {
        return facts.mailboxes().stream()
                .map(one -> new Mailbox(
                        one.oldName(),
                        one.name(),
                        one.uidValidity(),
                        0,
                        one.subscribed(),
                        one.uses(),
                        one.access(),
                        List.of(),
                        one.uidValidity() > 0
                                ? List.of()
                                : List.of(new Unreadable(one.name(), "the mailbox does not open"))))
                .toList();
    }

    @Override
    public SourceItem.Message item(Mailbox mailbox, Message message) {
        throw new IllegalStateException("no message was asked for");
    }

    @Override
    public List<String> quota() {
        return facts.quota();
    }
}
