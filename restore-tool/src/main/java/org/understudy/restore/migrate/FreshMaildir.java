package org.understudy.restore.migrate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.understudy.restore.message.MessageReader;
import org.understudy.restore.message.MessageReading;
import org.understudy.restore.source.ReadFailure;

/** A Maildir that is listed and read now. */
final class FreshMaildir implements FreshSide {
    private final MaildirSide side;
    private final Map<String, OldSide.Mailbox> byName = new HashMap<>();

    FreshMaildir(MaildirSide side) {
        this.side = side;
    }

    @Override
    public List<Mailbox> mailboxes() {
        List<Mailbox> all = new ArrayList<>();
        for (OldSide.Mailbox one : side.mailboxes()) {
            byName.put(one.oldName(), one);
            all.add(new Mailbox(
                    one.oldName(),
                    one.name(),
                    one.uidValidity(),
                    one.subscribed(),
                    one.uses(),
                    one.access(),
                    one.unreadable()));
        }
        return all;
    }

    @Override
    public void messages(Mailbox mailbox, Sink sink) throws IOException {
        OldSide.Mailbox box = java.util.Objects.requireNonNull(byName.get(mailbox.oldName()));
        for (OldSide.Message one : box.messages()) {
            MessageReading reading;
            try {
                reading = MessageReader.read(side.item(box, one).content());
            } catch (IOException e) {
                throw new IOException(box.name() + ", " + one.key() + ": " + ReadFailure.words(e), e);
            }
            sink.accept(new Message(
                    one.key(),
                    one.uid(),
                    one.flags(),
                    one.date(),
                    reading.canonical().size(),
                    reading.digest().toString()));
        }
    }

    @Override
    public String certificate() {
        return "";
    }

    @Override
    public void close() {}
}
