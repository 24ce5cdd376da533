package org.understudy.restore.speed;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.understudy.restore.message.MessageReader;
import org.understudy.restore.message.MessageReading;
import org.understudy.storage.Content;
import org.understudy.storage.MailStore;
import org.understudy.storage.NewMessage;
import org.understudy.storage.ThreadEnd;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;

/**
 * Users at work on a live store: durable appends of 4 KiB and fetches of whole messages, each at a fixed rate that does
 * not wait for the ones before. A latency runs from the moment at which the work was due, so that time spent waiting for
 * a busy processor counts.
 */
final class LiveLoad implements AutoCloseable {
    static final int APPENDS_A_SECOND = 60;
    static final int FETCHES_A_SECOND = 200;

    private static final int APPENDERS = 4;
    private static final int FETCHERS = 4;
    private static final int PRESENT = 500;
    private static final int OCTETS = 4096;
    private static final Author SESSION = new Author.Session("load", "trial");

    /** Milliseconds at two percentiles and at most. */
    record Latency(long count, double p50, double p99, double most) {
        static Latency of(long[] nanos) {
            Arrays.sort(nanos);
            return nanos.length == 0
                    ? new Latency(0, 0, 0, 0)
                    : new Latency(nanos.length, at(nanos, 0.5), at(nanos, 0.99), nanos[nanos.length - 1] / 1e6);
        }

        private static double at(long[] sorted, double quantile) {
            return sorted[(int) Math.min(sorted.length - 1, Math.ceil(quantile * sorted.length) - 1)] / 1e6;
        }
    }

    /** What users saw between two moments. */
    record Seen(Latency append, Latency fetch) {}

    private interface Work {
        void once(SplittableRandom random) throws IOException;
    }

    private final MailStore live;
    private final List<MailboxId> mailboxes = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private Samples appends = new Samples();
    private Samples fetches = new Samples();
    private volatile boolean stopped;

    /** Fills {@code live} with some mail and begins to work on it. */
    LiveLoad(MailStore live) throws IOException {
        this.live = live;
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < APPENDERS; i++) {
            MailboxId mailbox = live.mailboxes()
                    .create(MailboxPath.of("live" + i, "INBOX"), 1, SESSION)
                    .id();
            mailboxes.add(mailbox);
            for (int n = 0; n < PRESENT; n += 100) {
                List<NewMessage> some = new ArrayList<>();
                for (int j = 0; j < 100; j++) {
                    some.add(message(random));
                }
                live.messages().append(mailbox, some, SESSION);
            }
        }
        for (int i = 0; i < APPENDERS; i++) {
            MailboxId mailbox = mailboxes.get(i);
            start(
                    "append-" + i,
                    APPENDERS * 1e9 / APPENDS_A_SECOND,
                    i,
                    true,
                    own -> live.messages().append(mailbox, List.of(message(own)), SESSION));
        }
        for (int i = 0; i < FETCHERS; i++) {
            start("fetch-" + i, FETCHERS * 1e9 / FETCHES_A_SECOND, i, false, this::fetch);
        }
    }

    private void fetch(SplittableRandom random) {
        MailboxId mailbox = mailboxes.get(random.nextInt(mailboxes.size()));
        long uid = 1 + random.nextInt(PRESENT);
        var facts = live.messages().facts(mailbox, uid).orElseThrow();
        if (live.bodies().read(facts.body()).length != facts.size()) {
            throw new IllegalStateException("a fetched message has another size than its row says");
        }
    }

    private static NewMessage message(SplittableRandom random) throws IOException {
        StringBuilder text = new StringBuilder(OCTETS + 80);
        text.append("From: load@example.org\r\nDate: Mon, 6 Jan 2025 08:00:00 +0000\r\nMessage-ID: <")
                .append(random.nextLong())
                .append("@example.org>\r\n\r\n");
        while (text.length() < OCTETS - 2) {
            text.append(Long.toString(random.nextLong(), 36)).append(text.length() % 5 == 0 ? "\r\n" : " ");
        }
        byte[] bytes = text.append("\r\n").toString().getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        MessageReading reading = MessageReader.read(Content.of(bytes));
        return new NewMessage(
                0,
                null,
                null,
                new NewMessage.Body.Bytes(reading.canonical(), reading.digest()),
                reading.canonical().size(),
                reading.headerSize(),
                reading.digest(),
                reading.mime(),
                Instant.EPOCH,
                null,
                Flags.NONE);
    }

    private void start(String name, double interval, int number, boolean append, Work work) {
        threads.add(Thread.ofPlatform().name(name).start(() -> {
            SplittableRandom random = new SplittableRandom(number + (append ? 100 : 200));
            double due = System.nanoTime() + interval * number / 4;
            while (!stopped) {
                long wait = (long) due - System.nanoTime();
                if (wait > 0) {
                    LockSupport.parkNanos(wait);
                    continue;
                }
                try {
                    work.once(random);
                } catch (IOException | RuntimeException e) {
                    failure.compareAndSet(null, e);
                    return;
                }
                record(append, System.nanoTime() - (long) due);
                due += interval;
            }
        }));
    }

    private synchronized void record(boolean append, long nanos) {
        (append ? appends : fetches).add(nanos);
    }

    /** What was seen since the last call. */
    synchronized Seen seen() {
        if (failure.get() != null) {
            throw new IllegalStateException("the live load broke off", failure.get());
        }
        Seen seen = new Seen(Latency.of(appends.values()), Latency.of(fetches.values()));
        appends = new Samples();
        fetches = new Samples();
        return seen;
    }

    private static final class Samples {
        private long[] values = new long[1024];
        private int count;

        void add(long value) {
            if (count == values.length) {
                values = Arrays.copyOf(values, count * 2);
            }
            values[count++] = value;
        }

        long[] values() {
            return Arrays.copyOf(values, count);
        }
    }

    @Override
    public void close() {
        stopped = true;
        ThreadEnd.await(threads);
    }
}
