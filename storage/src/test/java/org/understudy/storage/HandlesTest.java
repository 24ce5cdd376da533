package org.understudy.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.understudy.storage.StoreKit.ALICE;

import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.ExpungedMessage;
import org.understudy.storage.keyspace.FlagCodec;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MessageFlags;

/** What is kept of mailboxes in use stays within its bound, and nobody notices when it is let go. */
final class HandlesTest {
    /** The least that a store keeps, whatever its memory. */
    private static final int MOST = 64;

    private static final int MAILBOXES = 150;
    private static final int BUSY = 6;
    private static final int THREADS = 6;
    private static final int ROUNDS = 600;

    @TempDir
    Path folder;

    private MailStore store;
    private List<MailboxId> mailboxes;
    private final Map<MailboxId, Queue<Long>> told = new ConcurrentHashMap<>();

    @BeforeEach
    void open() {
        store = MailStore.open(folder.resolve("store"), new MailStore.Options(1 << 20, Clock.systemUTC()));
        mailboxes = IntStream.range(0, MAILBOXES)
                .mapToObj(i -> store.mailboxes()
                        .create(MailboxPath.of("alice", "m" + i), 1, ALICE)
                        .id())
                .toList();
        store.addObserver(new CommitObserver() {
            @Override
            public void appended(MailboxId mailbox, List<Appended> messages, Author author) {
                Queue<Long> uids = told.computeIfAbsent(mailbox, id -> new ConcurrentLinkedQueue<>());
                messages.forEach(message -> uids.add(message.uid()));
            }

            @Override
            public void flagsChanged(MailboxId mailbox, List<FlagsChange> changes, Author author) {}

            @Override
            public void expunged(MailboxId mailbox, List<ExpungedMessage> messages, Author author) {}
        });
    }

    @AfterEach
    void closeSound() {
        StoreKit.closeSound(store);
    }

    /**
     * Threads append to, copy between and read more mailboxes than are kept, while the busy ones are let go all the
     * time: no UID is given twice or left out, all are told in order, and every keyword is read as it was given.
     */
    @Test
    void mailboxesThatAreLetGoCountOn() throws Exception {
        Map<MailboxId, Integer> given = new ConcurrentHashMap<>();
        AtomicBoolean over = new AtomicBoolean();
        try (ExecutorService pool = Executors.newFixedThreadPool(THREADS + 1)) {
            List<Future<?>> runs = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                Random random = new Random(thread);
                runs.add(pool.submit(() -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        step(random, given);
                    }
                }));
            }
            Future<?> letting = pool.submit(() -> {
                while (!over.get()) {
                    mailboxes.subList(0, BUSY).forEach(store.handles()::letGo);
                }
            });
            try {
                for (Future<?> run : runs) {
                    run.get();
                }
            } finally {
                over.set(true);
            }
            letting.get();
        }

        assertThat(store.handles().size()).isLessThanOrEqualTo(MOST + THREADS);
        given.forEach((mailbox, count) -> {
            List<Long> expected = LongStream.rangeClosed(1, count).boxed().toList();
            assertThat(told.get(mailbox)).as("told of " + mailbox).containsExactlyElementsOf(expected);
            assertThat(flags(mailbox)).extracting(MessageFlags::uid).containsExactlyElementsOf(expected);
        });
    }

    private void step(Random random, Map<MailboxId, Integer> given) {
        MailboxId mailbox = any(random);
        int kind = random.nextInt(4);
        if (kind == 0) {
            MailboxId to = any(random);
            int copies = store.messages().copy(mailbox, List.of(1L), to, ALICE).size();
            given.merge(to, copies, Integer::sum);
        } else if (kind == 1) {
            // Every message has a keyword, and a table that lacked it would read it as none.
            flags(mailbox)
                    .forEach(message -> assertThat(message.flags().keywords()).hasSize(1));
        } else {
            Flags flags = Flags.of(0, List.of("k" + random.nextInt(80)));
            store.messages().append(mailbox, List.of(StoreKit.message("same", flags)), ALICE);
            given.merge(mailbox, 1, Integer::sum);
        }
    }

    private MailboxId any(Random random) {
        return mailboxes.get(random.nextBoolean() ? random.nextInt(BUSY) : random.nextInt(MAILBOXES));
    }

    private List<MessageFlags> flags(MailboxId mailbox) {
        return store.messages().flags(mailbox, 1, UidSet.MAX_UID);
    }

    @Test
    void deletedMailboxesAreNotKept() {
        int before = store.handles().size();
        for (MailboxId mailbox : mailboxes.subList(0, 30)) {
            store.messages().append(mailbox, List.of(StoreKit.message("same", Flags.NONE)), ALICE);
            store.mailboxes().delete(mailbox, ALICE);
        }
        assertThat(store.handles().size()).isEqualTo(before);
    }

    @Test
    void aMailboxThatIsWorkedOnStays() {
        Handles handles = store.handles();
        Handles.Handle held = handles.lock(mailboxes.getFirst());
        handles.letGo(held.id());
        assertThat(handles.lock(held.id())).isSameAs(held);
        held.unlock();
        held.unlock();

        handles.letGo(held.id());
        Handles.Handle another = handles.lock(held.id());
        another.unlock();
        assertThat(another).isNotSameAs(held);
    }

    @Test
    void readersOfAMailboxThatWasLetGoMeetNewKeywords() {
        MailboxId mailbox = mailboxes.getFirst();
        FlagCodec.Keywords read = store.handles().keywords(mailbox);
        store.handles().letGo(mailbox);
        store.messages().append(mailbox, List.of(StoreKit.message("same", Flags.of(0, List.of("new")))), ALICE);
        assertThat(read.keyword(0)).isEqualTo("new");
        assertThat(read.keyword(1)).isNull();
    }
}
