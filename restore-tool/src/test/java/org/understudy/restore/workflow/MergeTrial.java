package org.understudy.restore.workflow;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.understudy.restore.job.Steps;
import org.understudy.restore.merge.Receipt;
import org.understudy.restore.operation.OperationJson;
import org.understudy.restore.plan.MergePolicy;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.ItemRef;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.storage.Content;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;

/**
 * Times a merge while a live store is worked on: 60 durable appends of 4 KB and 200 reads a second. Arguments: folder
 * (new), messages (50,000), octets of each (50,000), mailboxes (5).
 */
final class MergeTrial {
    private static final long IDLE_MILLIS = 8_000;

    private MergeTrial() {}

    /** Messages of one size, the same at every reading. */
    private record Uniform(int messages, int octets, int boxes) implements BackupSource {
        @Override
        public Description describe() {
            return new Description("generated", "uniform", messages + " messages of " + octets + " octets");
        }

        @Override
        public List<MailboxInfo> mailboxes() {
            List<MailboxInfo> all = new ArrayList<>();
            for (int i = 0; i < boxes; i++) {
                all.add(new MailboxInfo(mailbox(i), 1_700_000_000L, true));
            }
            return all;
        }

        private static SourceMailbox mailbox(int number) {
            return new SourceMailbox("ada", number == 0 ? "INBOX" : "Archive" + number);
        }

        @Override
        public void read(long fromOrdinal, Sink sink) throws java.io.IOException {
            int each = (messages + boxes - 1) / boxes;
            for (int i = (int) fromOrdinal; i < messages; i++) {
                sink.accept(new SourceItem.Message(
                        new ItemRef(i, "m/" + i),
                        mailbox(i / each),
                        i % each + 1L,
                        Instant.ofEpochSecond(1_767_225_600L + i),
                        Flags.of(i % 3 == 0 ? Flags.SEEN : 0, List.of()),
                        Content.of(message(i, octets)),
                        List.of()));
            }
        }

        @Override
        public void close() {}
    }

    private static byte[] message(long seed, int octets) {
        StringBuilder text = new StringBuilder(octets + 200);
        text.append(
                        "From: a@example.org\r\nTo: ada@example.org\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\nMessage-ID: <")
                .append(seed)
                .append("@example.org>\r\nSubject: number ")
                .append(seed)
                .append("\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n");
        Random random = new Random(seed);
        while (text.length() < octets) {
            for (int i = 0; i < 6; i++) {
                text.append(Long.toString(random.nextLong() & Long.MAX_VALUE, 36));
            }
            text.append("\r\n");
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        int messages = args.length > 1 ? Integer.parseInt(args[1]) : 50_000;
        int octets = args.length > 2 ? Integer.parseInt(args[2]) : 50_000;
        int mailboxes = args.length > 3 ? Integer.parseInt(args[3]) : 5;
        Files.createDirectories(folder);
        try (Rehearsal on = new Rehearsal(folder, new Uniform(messages, octets, mailboxes), Steps.UNWATCHED)) {
            on.live.accounts().add("ada", "$argon2id$none", Rehearsal.DELIVERY);
            MailboxId load = on.mailbox("load", "INBOX");
            for (int i = 0; i < 2_000; i++) {
                on.deliver(load, message(-1L - i, 4_000), Instant.now(), Flags.NONE);
            }
            long begun = System.nanoTime();
            String id = on.stage();
            say("staged %,d messages in %.1f s", messages, seconds(begun));
            begun = System.nanoTime();
            on.validate(id);
            say("validated in %.1f s", seconds(begun));
            begun = System.nanoTime();
            PreviewRestore.Result preview = on.preview(id, MergePolicy.defaults());
            on.approve(id, preview.hash(), "ada");
            say("planned in %.1f s", seconds(begun));
            Load quiet = new Load(on, load);
            Thread.sleep(IDLE_MILLIS);
            quiet.end("without a merge");
            Load busy = new Load(on, load);
            begun = System.nanoTime();
            MergeRestore.Result merged = new MergeRestore(Steps.UNWATCHED)
                    .run(new MergeRestore.Request(id, 0, false), on.workplace, new Timed());
            say("merge, all of it, in %.1f s", seconds(begun));
            busy.end("during the merge");
            Receipt receipt = merged.receipt();
            say("%s", OperationJson.mapper().writeValueAsString(receipt));
        }
    }

    private static double seconds(long begun) {
        return (System.nanoTime() - begun) / 1e9;
    }

    private static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }

    /** Says how long each part took. */
    private static final class Timed implements Progress {
        private String part = "checking";
        private long begun = System.nanoTime();

        @Override
        public void begin(String what, long total, String unit) {
            say("  %s: %.2f s", part, seconds(begun));
            part = what;
            begun = System.nanoTime();
        }

        @Override
        public void advance(long done, long bytes) {}

        @Override
        public void note(String text) {
            say("  %s", text);
        }
    }

    /** People at work: one thread that appends, one that reads. */
    private static final class Load {
        private final AtomicBoolean ended = new AtomicBoolean();
        private final List<Long> appends = Collections.synchronizedList(new ArrayList<>());
        private final List<Long> reads = Collections.synchronizedList(new ArrayList<>());
        private final List<Thread> threads = new ArrayList<>();

        Load(Rehearsal on, MailboxId mailbox) {
            Random random = new Random(3);
            run(
                    16_667,
                    appends,
                    () -> on.deliver(mailbox, message(random.nextLong(), 4_000), Instant.now(), Flags.NONE));
            run(5_000, reads, () -> {
                Optional<org.understudy.storage.keyspace.MessageFacts> facts =
                        on.live.messages().facts(mailbox, 1 + random.nextInt(2_000));
                on.live.bodies().read(facts.orElseThrow().body());
                on.live.messages().flags(mailbox, facts.get().uid());
            });
        }

        private interface Work {
            void run() throws Exception;
        }

        private void run(long everyMicros, List<Long> times, Work work) {
            Thread thread = Thread.ofPlatform().start(() -> {
                long due = System.nanoTime();
                while (!ended.get()) {
                    due += everyMicros * 1_000;
                    long wait = due - System.nanoTime();
                    try {
                        if (wait > 0) {
                            Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
                        }
                        long begun = System.nanoTime();
                        work.run();
                        times.add(System.nanoTime() - begun);
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }
            });
            threads.add(thread);
        }

        void end(String when) throws InterruptedException {
            ended.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
            say("  %s: append %s; fetch %s", when, figures(appends), figures(reads));
        }

        private static String figures(List<Long> times) {
            List<Long> sorted = new ArrayList<>(times);
            Collections.sort(sorted);
            return String.format(
                    Locale.ROOT,
                    "p50 %.2f ms, p99 %.2f ms, worst %.1f ms of %,d",
                    sorted.get(sorted.size() / 2) / 1e6,
                    sorted.get((int) (sorted.size() * 0.99)) / 1e6,
                    sorted.getLast() / 1e6,
                    sorted.size());
        }
    }
}
