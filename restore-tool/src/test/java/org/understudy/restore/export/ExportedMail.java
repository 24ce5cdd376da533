package org.understudy.restore.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.understudy.restore.message.MessageReader;
import org.understudy.restore.message.MessageReading;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Sources;
import org.understudy.storage.Appended;
import org.understudy.storage.Content;
import org.understudy.storage.MailStore;
import org.understudy.storage.NewMessage;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxRow;

/** A store with mail, and a ledger of what was put in, to compare exports with. */
final class ExportedMail implements AutoCloseable {
    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-05-27T02:00:00Z"), ZoneOffset.UTC);
    private static final Author AUTHOR = new Author.Session("delivery", "test");

    final Path folder;
    final MailStore store;
    final Workplace workplace;
    final Map<String, TreeMap<Long, String>> ledger = new TreeMap<>();
    final Map<String, String> mailboxes = new TreeMap<>();

    ExportedMail(Path folder) {
        this.folder = folder;
        store = MailStore.open(folder.resolve("data/store"), new MailStore.Options(32 << 20, CLOCK));
        workplace = new Workplace(store, folder.resolve("data"), folder.resolve("repository"), CLOCK);
    }

    MailboxId mailbox(String user, String name, boolean subscribed) {
        MailboxRow row = store.mailboxes().create(MailboxPath.of(user, name), 4000 + mailboxes.size(), AUTHOR);
        if (subscribed) {
            store.subscriptions().write(user, Map.of(name, new byte[0]), AUTHOR);
        }
        mailboxes.put(user + "/" + name, row.uidValidity() + " " + subscribed);
        ledger.put(user + "/" + name, new TreeMap<>());
        return row.id();
    }

    /** Puts a message there, as it is; its digest is that of the canonical form. */
    long put(String user, String name, MailboxId id, byte[] bytes, Instant date, Flags flags) throws IOException {
        MessageReading reading = MessageReader.read(Content.of(bytes));
        NewMessage message = new NewMessage(
                0,
                null,
                null,
                new NewMessage.Body.Bytes(Content.of(bytes), reading.rawDigest()),
                bytes.length,
                Math.min(reading.headerSize(), bytes.length),
                reading.digest(),
                reading.mime(),
                date,
                null,
                flags);
        Appended appended =
                store.messages().append(id, List.of(message), AUTHOR).getFirst();
        // a mailbox spells each keyword as it first came
        Flags kept = store.messages().flags(id, appended.uid()).orElseThrow().flags();
        ledger.get(user + "/" + name).put(appended.uid(), line(reading.digest().toString(), date, kept));
        return appended.uid();
    }

    /** Puts a message there whose row states another digest than its bytes have; it is not in the ledger. */
    long putWithAnotherDigest(MailboxId id, byte[] bytes, Instant date) throws IOException {
        MessageReading reading = MessageReader.read(Content.of(bytes));
        NewMessage message = new NewMessage(
                0,
                null,
                null,
                new NewMessage.Body.Bytes(Content.of(bytes), reading.rawDigest()),
                bytes.length,
                bytes.length,
                Digest.of(Digest.sha256().digest(new byte[] {1})),
                reading.mime(),
                date,
                null,
                Flags.NONE);
        return store.messages().append(id, List.of(message), AUTHOR).getFirst().uid();
    }

    private static String line(String digest, Instant date, Flags flags) {
        return digest + " " + date + " " + flags.without(Flags.RECENT);
    }

    ExportMail.Result export(String from, ExportFormat format, Path out, Set<String> users)
            throws InterruptedException {
        return new ExportMail()
                .run(
                        new ExportMail.Request(from, format.word(), users, Set.of(), out.toString(), false),
                        workplace,
                        Progress.SILENT);
    }

    /** What a source gives, in the ledger's form; fails on anything that cannot be read. */
    static Map<String, TreeMap<Long, String>> read(Path location, Map<String, String> infos) throws IOException {
        Map<String, TreeMap<Long, String>> found = new TreeMap<>();
        List<String> faults = new ArrayList<>();
        try (BackupSource source = Sources.open(location)) {
            for (BackupSource.MailboxInfo info : source.mailboxes()) {
                String name = info.mailbox().user() + "/" + info.mailbox().name();
                found.put(name, new TreeMap<>());
                infos.put(name, info.uidValidity() + " " + info.subscribed());
            }
            source.read(0, item -> {
                switch (item) {
                    case SourceItem.Message message -> {
                        MessageReading reading = MessageReader.read(message.content());
                        assertThat(reading.rawSize())
                                .isEqualTo(message.content().size());
                        String before = found.get(message.mailbox().user() + "/"
                                        + message.mailbox().name())
                                .put(
                                        message.uid(),
                                        line(reading.digest().toString(), message.internalDate(), message.flags()));
                        assertThat(before).as("UID " + message.uid() + " twice").isNull();
                    }
                    case SourceItem.Unreadable unreadable ->
                        faults.add(unreadable.ref().path() + ": " + unreadable.why());
                    case SourceItem.Duplicate duplicate -> faults.add(duplicate.toString());
                    case SourceItem.Ignored ignored -> {}
                }
            });
        }
        assertThat(faults).as("items of " + location + " that cannot be read").isEmpty();
        return found;
    }

    @Override
    public void close() {
        store.close();
    }
}
