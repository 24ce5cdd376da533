package org.understudy.benchmarks.hot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.infra.Blackhole;
import org.understudy.benchmarks.wire.Mint;
import org.understudy.storage.Content;
import org.understudy.storage.MailStore;
import org.understudy.storage.NewMessage;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MimeSummary;

/** A store on disk with 10,000 messages of about 2 KB: reading flags, facts and bodies; and appends that share their fsync. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class StoreBenchmark {
    private static final int MESSAGES = 10_000;
    private static final int TOGETHER = 500;
    private static final long LAST_UID = 0xFFFF_FFFFL;
    private static final Author AUTHOR = new Author.Housekeeping("benchmark");
    private static final MimeSummary PLAIN = new MimeSummary("text", "plain", 1, "", List.of(), List.of());

    private final Mint mint = new Mint(Mint.Size.SMALL, 5, 500);
    private final AtomicLong numbers = new AtomicLong();
    private final List<BodyId> bodies = new ArrayList<>();
    private @Nullable Path folder;
    private @Nullable MailStore store;
    private @Nullable MailboxId read;
    private @Nullable MailboxId written;

    @Setup(Level.Trial)
    public void open() throws IOException {
        Path made = Files.createTempDirectory("understudy-jmh-");
        MailStore opened = MailStore.open(made.resolve("store"), MailStore.Options.defaults());
        folder = made;
        store = opened;
        MailboxId filled = opened.mailboxes()
                .create(MailboxPath.of("anna", "INBOX"), 1, AUTHOR)
                .id();
        read = filled;
        written = opened.mailboxes()
                .create(MailboxPath.of("anna", "Written"), 2, AUTHOR)
                .id();
        for (int i = 0; i < MESSAGES; i += TOGETHER) {
            List<NewMessage> batch = new ArrayList<>();
            for (int j = 0; j < TOGETHER; j++) {
                batch.add(message());
            }
            opened.messages().append(filled, batch, AUTHOR);
        }
        opened.messages().scan(filled, 1, LAST_UID, facts -> bodies.add(facts.body()));
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        there(store).close();
        try (Stream<Path> all = Files.walk(there(folder))) {
            for (Path one : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        }
    }

    /** The flags of all messages. */
    @Benchmark
    public Object flagsOfAMailbox() {
        return there(store).messages().flags(there(read), 1, LAST_UID);
    }

    /** What is known of all messages without reading them. */
    @Benchmark
    public void factsOfAMailbox(Blackhole hole) {
        there(store).messages().scan(there(read), 1, LAST_UID, hole::consume);
    }

    /** One body. */
    @Benchmark
    public byte[] body() {
        return there(store).bodies().read(bodies.get((int) (numbers.getAndIncrement() % bodies.size())));
    }

    /** One append by itself. */
    @Benchmark
    public Object append() {
        return there(store).messages().append(there(written), List.of(message()), AUTHOR);
    }

    /** The same with 32 at once. */
    @Benchmark
    @Threads(32)
    public Object appendOf32() {
        return append();
    }

    private NewMessage message() {
        byte[] octets = mint.message(numbers.getAndIncrement());
        try {
            Digest digest = Digest.of(MessageDigest.getInstance("SHA-256").digest(octets));
            return new NewMessage(
                    0,
                    null,
                    null,
                    new NewMessage.Body.Bytes(Content.of(octets), digest),
                    octets.length,
                    Math.min(octets.length, 400),
                    digest,
                    PLAIN,
                    Instant.ofEpochSecond(1_767_225_600),
                    null,
                    Flags.NONE);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> T there(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("the store is not open");
        }
        return value;
    }
}
