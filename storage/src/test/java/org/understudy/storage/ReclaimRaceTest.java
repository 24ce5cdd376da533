package org.understudy.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.understudy.storage.ReclaimKit.append;
import static org.understudy.storage.ReclaimKit.expunge;
import static org.understudy.storage.ReclaimKit.mailbox;
import static org.understudy.storage.ReclaimKit.text;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.reclaim.Reclaim;

/** The same few messages come and go in four mailboxes while round after round deletes all that nobody names. */
class ReclaimRaceTest {
    private static final int ROUNDS = Integer.getInteger("understudy.reclaim.rounds", 200);
    private static final int TEXTS = 6;

    @TempDir
    Path folder;

    @Test
    void noMessageLosesItsBody() throws Exception {
        MailStore store = new ReclaimKit(folder.resolve("store")).open();
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong appended = new AtomicLong();
        Queue<Throwable> wrong = new ConcurrentLinkedQueue<>();
        List<Thread> writers = new ArrayList<>();
        for (int w = 0; w < 4; w++) {
            MailboxId mine = mailbox(store, "user" + w);
            MailboxId other = store.mailboxes()
                    .create(org.understudy.storage.keyspace.MailboxPath.of("user" + w, "Other"), StoreKit.ALICE)
                    .id();
            Random random = new Random(w);
            writers.add(Thread.ofPlatform().start(() -> {
                try {
                    while (!over.get()) {
                        String text = "text " + random.nextInt(TEXTS);
                        Appended message = append(store, mine, text);
                        assertThat(text(store, message)).isEqualTo(text);
                        if (random.nextInt(4) == 0) {
                            Appended copy = store.messages()
                                    .copy(mine, List.of(message.uid()), other, StoreKit.ALICE)
                                    .getFirst();
                            expunge(store, mine, message.uid());
                            assertThat(text(store, copy)).isEqualTo(text);
                            expunge(store, other, copy.uid());
                        } else {
                            expunge(store, mine, message.uid());
                        }
                        appended.incrementAndGet();
                    }
                } catch (RuntimeException | Error e) {
                    wrong.add(e);
                }
            }));
        }
        long reclaimed = 0;
        long inUse = 0;
        int rounds = 0;
        try {
            while (rounds < ROUNDS && wrong.isEmpty()) {
                Reclaim.Round round = ReclaimKit.round(store, Duration.ZERO);
                rounds += round.due() > 0 ? 1 : 0;
                reclaimed += round.reclaimed();
                inUse += round.inUse();
            }
        } finally {
            over.set(true);
            for (Thread writer : writers) {
                writer.join();
            }
        }
        assertThat(wrong).isEmpty();
        System.out.println(rounds + " rounds with something due, " + appended + " messages, " + reclaimed
                + " bodies reclaimed, " + inUse + " in use");
        assertThat(reclaimed).isGreaterThan(20);
        assertThat(inUse).as("rounds that met a writer").isGreaterThan(0);
        StoreKit.closeSound(store);
    }
}
