package org.understudy.restore.migrate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.imap.AccountFacts;
import org.understudy.restore.source.imap.SpooledAccount;

/** An IMAP account as its spool has it, with what the server said of its mailboxes before it was fetched. */
final class SpooledSide implements OldSide {
    private final SpooledAccount account;
    private final AccountFacts facts;
    private final Map<String, SpooledAccount.Mailbox> fetched = new HashMap<>();

    SpooledSide(SpooledAccount account, AccountFacts facts) {
        this.account = account;
        this.facts = facts;
    }

    @Override
    public List<Mailbox> mailboxes() {
        Map<String, AccountFacts.Mailbox> said = new HashMap<>();
        facts.mailboxes().forEach(one -> said.put(one.oldName(), one));
        List<Mailbox> all = new ArrayList<>();
        for (SpooledAccount.Mailbox box : account.mailboxes()) {
            fetched.put(box.oldName(), box);
            AccountFacts.Mailbox about = said.get(box.oldName());
            boolean same = about != null && about.uidValidity() == box.uidValidity();
            List<Message> messages = new ArrayList<>();
            List<Unreadable> unreadable = new ArrayList<>();
            for (SpooledAccount.Message one : box.messages()) {
                String key = Long.toString(one.uid());
                if (one.sha256().isEmpty()) {
                    unreadable.add(new Unreadable(key, one.refused()));
                } else {
                    messages.add(new Message(key, one.uid(), one.flags(), one.date(), one.sha256(), one));
                }
            }
            if (!box.failure().isEmpty()) {
                unreadable.add(new Unreadable(box.name(), "the mailbox does not open: " + box.failure()));
            }
            if (box.unlisted() > 0) {
                unreadable.add(new Unreadable(
                        box.name(),
                        "the server counts %,d more messages in this mailbox than it lists".formatted(box.unlisted())));
            }
            all.add(new Mailbox(
                    box.oldName(),
                    box.name(),
                    box.uidValidity(),
                    about != null && same ? about.uidNext() : 0,
                    box.subscribed(),
                    about == null ? List.of() : about.uses(),
                    about == null ? null : about.access(),
                    messages,
                    unreadable));
        }
        return all;
    }

    @Override
    public SourceItem.Message item(Mailbox mailbox, Message message) throws IOException {
        SpooledAccount.Mailbox box = java.util.Objects.requireNonNull(fetched.get(mailbox.oldName()));
        return account.item(box, (SpooledAccount.Message) message.place());
    }

    @Override
    public List<String> quota() {
        return facts.quota();
    }
}
