package org.understudy.restore.migrate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.understudy.restore.message.MessageReader;
import org.understudy.restore.message.MessageReading;
import org.understudy.restore.source.ReadFailure;

/** A Maildir that is listed and read now. */
final class FreshMaildir implements FreshSide {
    private final Path root;
    private final MaildirSide side;
    private final Map<String, OldSide.Mailbox> byName = new HashMap<>();

    FreshMaildir(Path root) throws IOException {
        this.root = root;
        this.side = MaildirSide.list(root);
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
        OldSide.Mailbox box = Objects.requireNonNull(byName.get(mailbox.oldName()));
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
    public List<String> moved() throws IOException {
        List<String> moved = new ArrayList<>();
        Map<String, Integer> then = new HashMap<>();
        side.mailboxes().forEach(one -> then.put(one.name(), state(one)));
        for (OldSide.Mailbox one : MaildirSide.list(root).mailboxes()) {
            Integer before = then.remove(one.name());
            if (before == null || before != state(one)) {
                moved.add(one.name() + " has other messages or flags than before");
            }
        }
        then.keySet().forEach(name -> moved.add(name + " went"));
        return moved;
    }

    private static int state(OldSide.Mailbox mailbox) {
        return mailbox.messages().stream()
                .map(one -> Objects.hash(one.key(), one.flags(), one.date()))
                .toList()
                .hashCode();
    }

    @Override
    public String certificate() {
        return "";
    }

    @Override
    public void close() {}
}
