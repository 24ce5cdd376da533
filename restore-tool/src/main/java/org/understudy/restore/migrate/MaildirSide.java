package org.understudy.restore.migrate;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceOptions;
import org.understudy.restore.source.maildir.MaildirSource;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** A Maildir as it lay on the disk when it was listed. Octets are read when they are asked for. */
final class MaildirSide implements OldSide {
    private final List<Mailbox> mailboxes;

    private MaildirSide(List<Mailbox> mailboxes) {
        this.mailboxes = mailboxes;
    }

    /**
     * Lists a Maildir.
     *
     * @param root of one user's Maildir
     */
    static MaildirSide list(Path root) throws IOException {
        Map<String, Mailbox> found = new TreeMap<>();
        Map<String, List<Message>> messages = new TreeMap<>();
        Map<String, List<Unreadable>> unreadable = new TreeMap<>();
        try (MaildirSource source = MaildirSource.open(root, new SourceOptions(Map.of(), Set.of()))) {
            List<BackupSource.MailboxInfo> infos = source.mailboxes();
            if (infos.stream().map(one -> one.mailbox().user()).distinct().count() > 1) {
                throw new OperatorException(
                        Reason.SOURCE,
                        root + " holds Maildirs of several users",
                        "Name one user's Maildir in the list of users.");
            }
            for (BackupSource.MailboxInfo info : infos) {
                String name = info.mailbox().name();
                found.put(
                        name,
                        new Mailbox(
                                name,
                                name,
                                info.uidValidity(),
                                0,
                                info.subscribed(),
                                List.of(),
                                null,
                                messages.computeIfAbsent(name, key -> new ArrayList<>()),
                                unreadable.computeIfAbsent(name, key -> new ArrayList<>())));
            }
            source.read(0, item -> {
                switch (item) {
                    case SourceItem.Message one -> {
                        String key = one.uid() > 0
                                ? Long.toString(one.uid())
                                : base(one.ref().path());
                        messages.computeIfAbsent(one.mailbox().name(), k -> new ArrayList<>())
                                .add(new Message(key, one.uid(), one.flags(), one.internalDate(), "", one));
                    }
                    case SourceItem.Unreadable one ->
                        unreadable
                                .computeIfAbsent(
                                        one.mailbox().map(box -> box.name()).orElse("INBOX"), k -> new ArrayList<>())
                                .add(new Unreadable(one.ref().path(), one.why()));
                    case SourceItem.Duplicate one -> {}
                    case SourceItem.Ignored one -> {}
                }
            });
        }
        messages.values()
                .forEach(list ->
                        list.sort(Comparator.comparingLong((Message one) -> one.uid() == 0 ? Long.MAX_VALUE : one.uid())
                                .thenComparing(Message::key)));
        return new MaildirSide(List.copyOf(found.values()));
    }

    /** The part of a file's name that stays when flags change. */
    private static String base(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        int info = name.indexOf(":2,");
        return "file " + (info < 0 ? name : name.substring(0, info));
    }

    @Override
    public List<Mailbox> mailboxes() {
        return mailboxes;
    }

    @Override
    public SourceItem.Message item(Mailbox mailbox, Message message) {
        return (SourceItem.Message) message.place();
    }

    @Override
    public List<String> quota() {
        return List.of();
    }
}
