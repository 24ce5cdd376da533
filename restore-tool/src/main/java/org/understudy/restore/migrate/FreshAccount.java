package org.understudy.restore.migrate;

import java.io.IOException;
import java.util.List;
import org.understudy.restore.source.imap.AccountFacts;
import org.understudy.restore.source.imap.AccountReading;

/** An IMAP account that is read now. */
final class FreshAccount implements FreshSide {
    private final AccountReading reading;
    private String certificate = "";

    FreshAccount(AccountReading reading) {
        this.reading = reading;
    }

    @Override
    public List<Mailbox> mailboxes() throws IOException {
        AccountFacts facts = reading.facts();
        certificate = facts.certificate();
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
    public String certificate() {
        return certificate;
    }

    @Override
    public void close() throws IOException {
        reading.close();
    }
}
