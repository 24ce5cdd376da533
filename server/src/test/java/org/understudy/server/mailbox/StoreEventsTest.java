package org.understudy.server.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.james.core.Username;
import org.apache.james.events.Event;
import org.apache.james.events.EventListener;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.MessageManager;
import org.apache.james.mailbox.MessageUid;
import org.apache.james.mailbox.events.MailboxEvents.Added;
import org.apache.james.mailbox.events.MailboxEvents.Expunged;
import org.apache.james.mailbox.events.MailboxEvents.FlagsUpdated;
import org.apache.james.mailbox.events.MailboxIdRegistrationKey;
import org.apache.james.mailbox.model.MailboxId;
import org.apache.james.mailbox.model.MailboxPath;
import org.apache.james.mailbox.model.MessageRange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.understudy.storage.Appended;
import org.understudy.storage.CommitObserver;
import org.understudy.storage.Content;
import org.understudy.storage.FlagsChange;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.ExpungedMessage;
import org.understudy.storage.keyspace.Flags;
import reactor.core.publisher.Mono;

/** What sessions are told, and how many effects their commands take. */
final class StoreEventsTest {
    private static final Author RESTORE = new Author.Restore("r1");

    @RegisterExtension
    final StoreUnderTest store = new StoreUnderTest();

    private final List<Event> told = new CopyOnWriteArrayList<>();
    private final List<Integer> effects = new CopyOnWriteArrayList<>();
    private MailboxWiring wiring;
    private MailboxSession session;
    private MailboxId inbox;
    private org.understudy.storage.keyspace.MailboxId id;

    @BeforeEach
    void listen() throws Exception {
        wiring = store.wiring();
        Username anna = Username.of("anna");
        wiring.provision(anna);
        session = wiring.mailboxes().createSystemSession(anna);
        inbox = mailbox("INBOX").getId();
        id = JamesMailboxId.unwrap(inbox);
        EventListener.ReactiveEventListener listener = event -> Mono.fromRunnable(() -> told.add(event));
        Mono.from(wiring.eventBus().register(listener, new MailboxIdRegistrationKey(inbox)))
                .block();
        store.store().addObserver(new CommitObserver() {
            @Override
            public void appended(
                    org.understudy.storage.keyspace.MailboxId mailbox, List<Appended> messages, Author author) {
                effects.add(messages.size());
            }

            @Override
            public void flagsChanged(
                    org.understudy.storage.keyspace.MailboxId mailbox, List<FlagsChange> changes, Author author) {
                effects.add(changes.size());
            }

            @Override
            public void expunged(
                    org.understudy.storage.keyspace.MailboxId mailbox, List<ExpungedMessage> messages, Author author) {
                effects.add(messages.size());
            }
        });
    }

    @Test
    void tellsOfWhatARestoreAppendsChangesAndTakesBack() throws Exception {
        long uid = store.store()
                .messages()
                .append(
                        id,
                        List.of(Arrival.read(Content.of(bytes("restored")), java.time.Instant.now(), Flags.NONE)),
                        RESTORE)
                .getFirst()
                .uid();
        store.store().messages().updateFlags(id, List.of(uid), flags -> flags.with(Flags.SEEN), RESTORE);
        store.store().messages().expunge(id, List.of(uid), ExpungeReason.UNDO, RESTORE);

        assertThat(told).hasSize(3);
        assertThat(((Added) told.get(0)).getUids()).containsExactly(MessageUid.of(uid));
        assertThat(((FlagsUpdated) told.get(1)).getUids()).containsExactly(MessageUid.of(uid));
        assertThat(((Expunged) told.get(2)).getUids()).containsExactly(MessageUid.of(uid));
    }

    @Test
    void tellsOnceOfWhatASessionAppends() throws Exception {
        append("delivered");

        assertThat(told).hasSize(1).first().isInstanceOf(Added.class);
    }

    @Test
    void takesOneEffectForARangeHoweverMany() throws Exception {
        for (int i = 0; i < 5; i++) {
            append("message " + i);
        }
        effects.clear();

        mailbox("INBOX")
                .setFlags(
                        new javax.mail.Flags(javax.mail.Flags.Flag.FLAGGED),
                        MessageManager.FlagsUpdateMode.ADD,
                        MessageRange.all(),
                        session);
        wiring.mailboxes().copyMessages(MessageRange.all(), path("INBOX"), path("Archive"), session);
        wiring.mailboxes().moveMessages(MessageRange.all(), path("INBOX"), path("Trash"), session);

        assertThat(effects).as("flags, copy, move away, move in").containsExactly(5, 5, 5, 5);
        assertThat(modSeqs("INBOX")).isEmpty();
        assertThat(modSeqs("Trash")).hasSize(5);
    }

    @Test
    void expungesInOneEffectOnlyWhatIsStillMarked() throws Exception {
        for (int i = 0; i < 4; i++) {
            append("message " + i);
        }
        MessageManager mailbox = mailbox("INBOX");
        mailbox.setFlags(
                new javax.mail.Flags(javax.mail.Flags.Flag.DELETED),
                MessageManager.FlagsUpdateMode.ADD,
                MessageRange.range(MessageUid.of(2), MessageUid.of(3)),
                session);
        effects.clear();

        List<MessageUid> gone = new ArrayList<>();
        mailbox.expunge(MessageRange.all(), session).forEachRemaining(gone::add);

        assertThat(gone).containsExactly(MessageUid.of(2), MessageUid.of(3));
        assertThat(effects).containsExactly(2);
    }

    private List<Long> modSeqs(String name) throws Exception {
        return store
                .store()
                .messages()
                .flags(JamesMailboxId.unwrap(mailbox(name).getId()), 1, JamesModel.LAST_UID)
                .stream()
                .map(flags -> flags.modSeq())
                .toList();
    }

    private void append(String text) throws Exception {
        mailbox("INBOX").appendMessage(MessageManager.AppendCommand.builder().build(bytes(text)), session);
    }

    private MessageManager mailbox(String name) throws Exception {
        return wiring.mailboxes().getMailbox(path(name), session);
    }

    private static MailboxPath path(String name) {
        return MailboxPath.forUser(Username.of("anna"), name);
    }

    private static byte[] bytes(String text) {
        return ("Subject: " + text + "\r\n\r\n" + text + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }
}
