package org.understudy.server.imap.select;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.james.core.Username;
import org.apache.james.imap.api.ImapConstants;
import org.apache.james.imap.api.message.response.ImapResponseMessage;
import org.apache.james.imap.api.process.ImapProcessor.Responder;
import org.apache.james.imap.encode.FakeImapSession;
import org.apache.james.imap.processor.EnableProcessor;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.MessageManager;
import org.apache.james.mailbox.manager.ManagerTestProvisionner;
import org.apache.james.mailbox.model.MailboxPath;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.understudy.server.mailbox.JamesMailboxId;
import org.understudy.server.mailbox.MailboxWiring;
import org.understudy.server.mailbox.StoreUnderTest;
import org.understudy.storage.MailStore;
import org.understudy.storage.MailboxSummary;
import org.understudy.storage.UidRanges;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MessageFlags;

/**
 * Several clients with one mailbox selected, each of which knows only what it is told: after random appends, flag changes
 * and expunges, its own and others', every client that is told of everything knows what the store has.
 */
final class SelectedViewModelTest {
    private static final Pattern NUMBERED = Pattern.compile("\\* (\\d+) (EXISTS|RECENT|EXPUNGE|FETCH)(?: \\((.*)\\))?");
    private static final Pattern FETCH =
            Pattern.compile("(?:MODSEQ \\((\\d+)\\) )?FLAGS \\(([^)]*)\\)(?: UID (\\d+))?");
    /** A message that the client has not asked the UID of. */
    private static final long UNKNOWN = 0;

    private static final List<String> WORDS = List.of("\\Answered", "\\Deleted", "\\Draft", "\\Flagged", "\\Seen");
    private static final int[] BITS = {Flags.ANSWERED, Flags.DELETED, Flags.DRAFT, Flags.FLAGGED, Flags.SEEN};

    @RegisterExtension
    final StoreUnderTest underTest = new StoreUnderTest();

    private MailboxWiring wiring;
    private MailStore store;
    private MailboxNews news;
    private MessageManager mailbox;
    private org.understudy.storage.keyspace.MailboxId id;
    private MailboxSession owner;

    @BeforeEach
    void makeMailbox() throws Exception {
        wiring = underTest.wiring();
        store = underTest.store();
        news = MailboxNews.of(store);
        owner = wiring.mailboxes().createSystemSession(ManagerTestProvisionner.USER);
        MailboxPath path = MailboxPath.inbox(ManagerTestProvisionner.USER);
        wiring.mailboxes().createMailbox(path, owner);
        mailbox = wiring.mailboxes().getMailbox(path, owner);
        id = JamesMailboxId.unwrap(mailbox.getId());
    }

    /** A client's own notes of the mailbox, kept by what it is told. */
    private final class Client implements Responder {
        private final MailboxSession session = wiring.mailboxes().createSystemSession(ManagerTestProvisionner.USER);
        private final FakeImapSession imap = new FakeImapSession();
        private final SelectedView view;
        private final boolean qresync;
        private final List<Long> uids = new ArrayList<>();
        private final Map<Long, Flags> flags = new HashMap<>();
        private String what = "";

        Client(boolean qresync) {
            this.qresync = qresync;
            imap.setMailboxSession(session);
            if (qresync) {
                EnableProcessor.getEnabledCapabilities(imap).add(ImapConstants.SUPPORTS_QRESYNC);
                EnableProcessor.getEnabledCapabilities(imap).add(ImapConstants.SUPPORTS_CONDSTORE);
            }
            view = SelectedView.open(
                    news,
                    wiring.mailboxes(),
                    session,
                    new JamesMailboxId(id),
                    false,
                    () -> store.messages().summary(id));
            imap.selected(view).block();
            for (long uid : view.uids().toArray()) {
                uids.add(uid);
                learn(uid);
            }
        }

        Author author() {
            return new Author.Session(
                    session.getUser().asString(),
                    Long.toString(session.getSessionId().getValue()));
        }

        private void learn(long uid) {
            store.messages().flags(id, uid).ifPresent(f -> flags.put(uid, known(f.flags())));
        }

        void tell(boolean expunges, String step) {
            what = step;
            Notices.tell(imap, this, expunges, false);
            for (int i = 0; i < uids.size(); i++) {
                if (uids.get(i) == UNKNOWN) {
                    uids.set(i, view.uids().at(i + 1));
                    learn(uids.get(i));
                }
            }
            assertThat(uids).as(step + ": sequence numbers").isEqualTo(asList(view.uids()));
        }

        @Override
        public void respond(ImapResponseMessage message) {
            String text = new String(((Lines) message).octets(), StandardCharsets.ISO_8859_1);
            for (String line : text.split("\r\n")) {
                take(line);
            }
        }

        private void take(String line) {
            Matcher numbered = NUMBERED.matcher(line);
            if (line.startsWith("* VANISHED ")) {
                assertThat(qresync).as(what).isTrue();
                for (long uid : ranges(line.substring("* VANISHED ".length()))) {
                    assertThat(uids.remove(uid)).as(what + ": " + line).isTrue();
                }
            } else if (numbered.matches()) {
                int number = Integer.parseInt(numbered.group(1));
                switch (numbered.group(2)) {
                    case "EXISTS" -> {
                        assertThat(number).as(what + ": " + line).isGreaterThan(uids.size());
                        while (uids.size() < number) {
                            uids.add(UNKNOWN);
                        }
                    }
                    case "EXPUNGE" -> {
                        assertThat(qresync).as(what).isFalse();
                        uids.remove(number - 1);
                    }
                    case "FETCH" -> fetched(number, numbered.group(3));
                    default -> assertThat(number).as(what + ": " + line).isLessThanOrEqualTo(uids.size());
                }
            } else {
                assertThat(line).as(what).matches("\\* (FLAGS|OK \\[PERMANENTFLAGS) .*");
            }
        }

        private void fetched(int number, String items) {
            Matcher fetch = FETCH.matcher(items);
            assertThat(fetch.matches()).as(what + ": " + items).isTrue();
            long uid = uids.get(number - 1);
            if (qresync) {
                assertThat(fetch.group(3)).as(what).isEqualTo(Long.toString(uid));
                assertThat(fetch.group(1)).as(what).isNotNull();
            }
            int system = 0;
            TreeSet<String> keywords = new TreeSet<>();
            for (String word : fetch.group(2).split(" ")) {
                if (WORDS.contains(word)) {
                    system |= BITS[WORDS.indexOf(word)];
                } else if (!word.isEmpty() && !word.equals("\\Recent")) {
                    keywords.add(word);
                }
            }
            flags.put(uid, Flags.of(system, keywords));
        }

        @Override
        public void flush() {}

        /** After all has been told, the client's notes are the store's rows. */
        void compare(String step) {
            List<MessageFlags> rows = store.messages().flags(id, 1, 0xFFFF_FFFFL);
            assertThat(uids)
                    .as(step + ": messages")
                    .isEqualTo(rows.stream().map(MessageFlags::uid).toList());
            for (MessageFlags row : rows) {
                assertThat(flags.get(row.uid()))
                        .as(step + ": flags of UID " + row.uid())
                        .isEqualTo(known(row.flags()));
            }
        }
    }

    private static Flags known(Flags flags) {
        return flags.without(Flags.RECENT);
    }

    private static List<Long> asList(UidRanges uids) {
        List<Long> list = new ArrayList<>();
        for (long uid : uids.toArray()) {
            list.add(uid);
        }
        return list;
    }

    private static List<Long> ranges(String set) {
        List<Long> uids = new ArrayList<>();
        for (String range : set.split(",")) {
            String[] ends = range.split(":");
            for (long uid = Long.parseLong(ends[0]); uid <= Long.parseLong(ends[ends.length - 1]); uid++) {
                uids.add(uid);
            }
        }
        return uids;
    }

    private void append(MailboxSession as) {
        try {
            mailbox.appendMessage(
                    new ByteArrayInputStream("Subject: a\r\n\r\nb\r\n".getBytes(StandardCharsets.US_ASCII)),
                    null,
                    as,
                    true,
                    new javax.mail.Flags());
        } catch (org.apache.james.mailbox.exception.MailboxException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<Long> some(Random random) {
        return store.messages().flags(id, 1, 0xFFFF_FFFFL).stream()
                .map(MessageFlags::uid)
                .filter(uid -> random.nextInt(4) == 0)
                .toList();
    }

    private void act(Client client, Random random) {
        Author author = random.nextInt(8) == 0 ? new Author.Restore("r1") : client.author();
        switch (random.nextInt(5)) {
            case 0, 1 -> append(client.session);
            case 2, 3 -> {
                int bit = BITS[random.nextInt(BITS.length)];
                boolean keyword = random.nextInt(5) == 0;
                store.messages()
                        .updateFlags(
                                id,
                                some(random),
                                flags -> keyword
                                        ? Flags.of(flags.system(), List.of("$K" + random.nextInt(3)))
                                        : flags.has(bit) ? flags.without(bit) : flags.with(bit),
                                author)
                        .forEach(change -> {
                            if (author.equals(client.author()) && client.flags.containsKey(change.uid())) {
                                client.flags.put(change.uid(), known(change.after()));
                            }
                        });
            }
            default -> store.messages().expunge(id, some(random), ExpungeReason.USER, author);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everyClientThatIsToldOfEverythingKnowsWhatTheStoreHas(long seed) {
        Random random = new Random(seed);
        append(owner);
        append(owner);
        List<Client> clients = new ArrayList<>(List.of(new Client(false), new Client(true), new Client(false)));
        for (int i = 0; i < 250; i++) {
            String step = "seed " + seed + ", step " + i;
            act(clients.get(random.nextInt(clients.size())), random);
            Client told = clients.get(random.nextInt(clients.size()));
            told.tell(random.nextInt(3) > 0, step);
            if (random.nextInt(12) == 0) {
                clients.forEach(client -> client.tell(true, step));
                clients.forEach(client -> client.compare(step));
            }
            if (random.nextInt(30) == 0) {
                clients.removeFirst().view.close();
                clients.add(new Client(random.nextBoolean()));
            }
        }
        clients.forEach(client -> client.tell(true, "seed " + seed + ", end"));
        clients.forEach(client -> client.compare("seed " + seed + ", end"));
        clients.forEach(client -> client.view.close());
        assertThat(news.selected()).as("mailboxes that are still watched").isZero();
    }

    @Test
    void nothingIsLostWhileOthersWriteAtTheSameTime() throws Exception {
        append(owner);
        Client plain = new Client(false);
        Client resync = new Client(true);
        try (ExecutorService others = Executors.newFixedThreadPool(3)) {
            List<Future<?>> running = new ArrayList<>();
            for (int writer = 0; writer < 3; writer++) {
                Random random = new Random(writer);
                MailboxSession session =
                        wiring.mailboxes().createSystemSession(Username.of(ManagerTestProvisionner.USER.asString()));
                running.add(others.submit(() -> {
                    for (int i = 0; i < 60; i++) {
                        switch (random.nextInt(4)) {
                            case 0, 1 -> append(session);
                            case 2 ->
                                store.messages()
                                        .updateFlags(
                                                id,
                                                some(random),
                                                flags -> flags.with(BITS[random.nextInt(BITS.length)]),
                                                new Author.Restore("r" + i));
                            default ->
                                store.messages()
                                        .expunge(id, some(random), ExpungeReason.USER, new Author.Restore("r" + i));
                        }
                    }
                }));
            }
            while (!running.stream().allMatch(Future::isDone)) {
                plain.tell(true, "meanwhile");
                resync.tell(false, "meanwhile");
                resync.tell(true, "meanwhile");
            }
            for (Future<?> each : running) {
                each.get();
            }
        }
        plain.tell(true, "end");
        resync.tell(true, "end");
        plain.compare("end");
        resync.compare("end");
    }

    @ParameterizedTest
    @ValueSource(longs = {7, 8, 9})
    void whoWasAwayIsToldTheDifference(long seed) {
        Random random = new Random(seed);
        Client writer = new Client(false);
        for (int round = 0; round < 30; round++) {
            Client away = new Client(true);
            long modSeq = store.messages().summary(id).state().highestModSeq();
            away.view.close();
            for (int i = random.nextInt(8); i >= 0; i--) {
                act(writer, random);
            }
            MailboxSummary now = store.messages().summary(id);
            var changes = store.messages().uidChanges(id, modSeq);
            List<Long> after = new ArrayList<>(away.uids);
            after.removeAll(asList(changes.vanished()));
            after.addAll(asList(changes.changed()
                    .minus(UidRanges.of(
                            away.uids.stream().mapToLong(Long::longValue).toArray()))));
            assertThat(after).as("seed %d, round %d", seed, round).isEqualTo(asList(now.uids()));
            for (MessageFlags row : store.messages().flags(id, 1, 0xFFFF_FFFFL)) {
                if (!changes.changed().contains(row.uid())) {
                    assertThat(away.flags.get(row.uid()))
                            .as("seed %d, round %d: flags of UID %d", seed, round, row.uid())
                            .isEqualTo(known(row.flags()));
                }
            }
        }
        writer.view.close();
    }
}
