package org.understudy.server.search;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.understudy.restore.message.MessageReader;
import org.understudy.restore.message.MessageReading;
import org.understudy.storage.Appended;
import org.understudy.storage.Content;
import org.understudy.storage.MailStore;
import org.understudy.storage.NewMessage;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;

/** A store with one mailbox, filled by a test. */
final class MailboxOfMail implements AutoCloseable {
    private static final Author AUTHOR = new Author.Housekeeping("test");

    final Path data;
    final MailStore store;
    final MailboxId mailbox;

    MailboxOfMail(Path data) {
        this.data = data;
        store = MailStore.open(data.resolve("store"), new MailStore.Options(32 << 20, Clock.systemUTC()));
        MailboxPath path = MailboxPath.of("anna", "INBOX");
        mailbox = store.mailboxes()
                .find(path)
                .orElseGet(() -> store.mailboxes().create(path, 1, AUTHOR))
                .id();
    }

    /** Adds messages; answers the UID of the last. */
    long add(Instant internalDate, Flags flags, List<byte[]> messages) throws Exception {
        List<NewMessage> made = new ArrayList<>();
        for (byte[] octets : messages) {
            Content content = Content.of(octets);
            MessageReading reading = MessageReader.read(content);
            made.add(new NewMessage(
                    0,
                    null,
                    null,
                    new NewMessage.Body.Bytes(content, reading.rawDigest()),
                    reading.rawSize(),
                    reading.headerSize(),
                    reading.digest(),
                    reading.mime(),
                    internalDate,
                    null,
                    flags));
        }
        List<Appended> appended = store.messages().append(mailbox, made, AUTHOR);
        return appended.getLast().uid();
    }

    MailSearch scanning() {
        return MailSearch.scanning(store, Clock.systemUTC());
    }

    @Override
    public void close() {
        store.close();
    }
}
