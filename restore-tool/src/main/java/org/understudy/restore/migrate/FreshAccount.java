package org.understudy.restore.migrate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.understudy.restore.source.imap.AccountFacts;
import org.understudy.restore.source.imap.AccountReading;

/** An IMAP account that is read now. */
final class FreshAccount implements FreshSide {
    private final AccountReading reading;
    private String certificate = "";
    private List<AccountFacts.Mailbox> first = List.of();

    FreshAccount(AccountReading reading) {
        this.reading = reading;
    }

    @Override
    public List<Mailbox> mailboxes() throws IOException {
        AccountFacts facts = reading.facts();
        certificate = facts.certificate();
        first = facts.mailboxes();
        return facts.mailboxes().stream()
                .map(one -> new Mailbox(
                        one.oldName(),
                        one.name(),
                        one.uidValidity(),
                        one.subscribed(),
                        one.uses(),
                        one.access(),
                        List.of()))
                .toList();
    }

    @Override
    public void messages(Mailbox mailbox, Sink sink) throws IOException {
        reading.messages(
                mailbox.oldName(),
                one -> sink.accept(new Message(
                        Long.toString(one.uid()), one.uid(), one.flags(), one.date(), one.size(), one.sha256())));
    }

    @Override
    public List<String> moved() throws IOException {
        Map<String, AccountFacts.Mailbox> before = new HashMap<>();
        first.forEach(one -> before.put(one.oldName(), one));
        List<String> moved = new ArrayList<>();
        for (AccountFacts.Mailbox now : reading.facts().mailboxes()) {
            AccountFacts.Mailbox then = before.remove(now.oldName());
            if (then == null) {
                moved.add(now.name() + " was made");
            } else if (!now.equals(then)) {
                moved.add("%s had %,d messages, UIDNEXT %d and HIGHESTMODSEQ %d, and then %,d, %d and %d"
                        .formatted(
                                now.name(),
                                then.messages(),
                                then.uidNext(),
                                then.modSeq(),
                                now.messages(),
                                now.uidNext(),
                                now.modSeq()));
            }
        }
        before.values().forEach(one -> moved.add(one.name() + " went"));
        return moved;
    }

    @Override
    public String certificate() {
        return certificate;
    }

    @Override
    public void close() throws IOException {
        reading.close();
    }
}
