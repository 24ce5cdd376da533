package org.understudy.server.scrub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.understudy.restore.incident.IncidentHolds;
import org.understudy.restore.operation.Workplace;
import org.understudy.server.config.Configuration;
import org.understudy.server.config.DataSize;
import org.understudy.storage.Content;
import org.understudy.storage.MailStore;
import org.understudy.storage.NewMessage;
import org.understudy.storage.StoreSnapshot;
import org.understudy.storage.engine.Engine;
import org.understudy.storage.fsck.Watch;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MimeSummary;

@Timeout(120)
class ScrubberTest {
    private static final Author AUTHOR = new Author.Housekeeping("test");
    private static final Configuration.Scrub FAST =
            new Configuration.Scrub(DataSize.ofMebibytes(1024), Duration.ofDays(7));
    private static final int MESSAGES = 30;

    @TempDir
    Path data;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private MailStore store;
    private MailboxId inbox;

    @BeforeEach
    void makeStore() {
        Logger logger = (Logger) LoggerFactory.getLogger("org.understudy.server.scrub");
        log.start();
        logger.addAppender(log);
        open();
        inbox = store.mailboxes()
                .create(MailboxPath.of("alice", "INBOX"), 42, AUTHOR)
                .id();
        fill(0, MESSAGES);
        settle("first");
        fill(MESSAGES, MESSAGES);
        settle("second");
    }

    private void open() {
        store = MailStore.open(data.resolve("store"), MailStore.Options.defaults());
    }

    /** Writes what is in memory into tables. */
    private StoreSnapshot settle(String name) {
        return store.checkpoint(data.resolve("checkpoint-" + name));
    }

    private void fill(int from, int count) {
        for (int i = from; i < from + count; i++) {
            StringBuilder text = new StringBuilder("Subject: " + i + "\r\n\r\n");
            Random random = new Random(i);
            for (int line = 0; line < 100; line++) {
                text.append(Long.toHexString(random.nextLong())).append("\r\n");
            }
            append(text.toString());
        }
    }

    private void append(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        Digest digest = Digest.of(Digest.sha256().digest(bytes));
        store.messages()
                .append(
                        inbox,
                        List.of(new NewMessage(
                                0,
                                null,
                                null,
                                new NewMessage.Body.Bytes(Content.of(bytes), digest),
                                bytes.length,
                                bytes.length,
                                digest,
                                new MimeSummary("text", "plain", 1, "", List.of(), List.of()),
                                Instant.ofEpochMilli(1_700_000_000_000L),
                                null,
                                Flags.NONE)),
                        AUTHOR);
    }

    @AfterEach
    void close() {
        ((Logger) LoggerFactory.getLogger("org.understudy.server.scrub")).detachAppender(log);
        store.close();
    }

    private Workplace workplace() {
        return new Workplace(store, data, data.resolve("repository"), Clock.systemUTC());
    }

    private static ScrubStatus whenDone(Scrubber scrubber, Instant after) {
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            Instant ended = scrubber.status().lastEnded();
            return ended != null && ended.isAfter(after);
        });
        return scrubber.status();
    }

    private List<String> warnings() {
        return List.copyOf(log.list).stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Test
    void soundStoreIsReadInFullWhileItTakesMail() throws Exception {
        int tables = store.scrub(Watch.NONE, fault -> {}).tables().size();
        AtomicBoolean done = new AtomicBoolean();
        Thread writer = Thread.ofPlatform().start(() -> {
            for (int i = 0; !done.get(); i++) {
                append("Subject: meanwhile " + i + "\r\n\r\nx\r\n");
                store.messages().expunge(inbox, List.of((long) (2 * MESSAGES + i + 1)), ExpungeReason.USER, AUTHOR);
            }
        });
        try (Scrubber scrubber = Scrubber.start(workplace(), FAST, Duration.ZERO)) {
            ScrubStatus status = whenDone(scrubber, Instant.EPOCH);
            assertThat(status.first()).isEmpty();
            assertThat(status.lastFindings()).isZero();
            assertThat(status.lastTables()).isBetween(1L, (long) tables);
            assertThat(status.lastMessages()).isGreaterThanOrEqualTo(2 * MESSAGES);
            assertThat(status.due()).isAfter(Instant.now().plus(Duration.ofDays(6)));
            assertThat(status.problem()).isEmpty();
        } finally {
            done.set(true);
            writer.join();
        }
        assertThat(warnings()).isEmpty();
        assertThat(IncidentHolds.of(workplace()).state().frozen()).isFalse();
    }

    @Test
    void flippedBitNamesFileAndMailAndSetsTheHold() throws Exception {
        Engine.Table table = store.scrub(Watch.NONE, fault -> {}).tables().stream()
                .filter(one -> one.columnFamily().equals("body"))
                .findFirst()
                .orElseThrow();
        store.close();
        flip(data.resolve("store/db").resolve(table.name()));
        open();
        try (Scrubber scrubber = Scrubber.start(workplace(), FAST, Duration.ZERO)) {
            ScrubStatus status = whenDone(scrubber, Instant.EPOCH);
            assertThat(status.lastFindings()).isGreaterThan(1);
            assertThat(status.first()).anySatisfy(one -> {
                assertThat(one.files()).contains(table.name());
                assertThat(one.what()).contains("expected SHA-256");
            });
            assertThat(status.first()).anySatisfy(one -> {
                assertThat(one.user()).isEqualTo("alice");
                assertThat(one.mailbox()).isEqualTo("INBOX");
                assertThat(one.uids()).isNotEmpty();
                assertThat(one.files()).contains(table.name());
            });
        }
        assertThat(warnings())
                .anySatisfy(line ->
                        assertThat(line).contains("user alice", "mailbox INBOX", "UID ", "file " + table.name()));
        assertThat(IncidentHolds.of(workplace()).state().on()).anySatisfy(hold -> {
            assertThat(hold.by()).isEqualTo(ScrubAlarm.BY);
            assertThat(hold.because()).contains(table.name());
            assertThat(hold.concerned())
                    .anySatisfy(one -> assertThat(one.user()).isEqualTo("alice"));
        });
    }

    @Test
    void missingTableIsAFinding() throws Exception {
        for (int attempt = 0; attempt < 10; attempt++) {
            Files.deleteIfExists(data.resolve("scrub.json"));
            Engine.Table table = store.scrub(Watch.NONE, fault -> {}).tables().getFirst();
            Files.delete(data.resolve("store/db").resolve(table.name()));
            ScrubStatus status;
            try (Scrubber scrubber = Scrubber.start(workplace(), FAST, Duration.ZERO)) {
                status = whenDone(scrubber, Instant.EPOCH);
            }
            boolean merged = store.scrub(Watch.NONE, fault -> {}).tables().stream()
                    .noneMatch(one -> one.name().equals(table.name()));
            if (!merged) {
                assertThat(status.first())
                        .anySatisfy(one -> assertThat(one.text()).contains(table.name(), "is missing"));
                return;
            }
        }
        fail("every table that was deleted had just been merged into another");
    }

    @Test
    void restartGoesOnWhereItWas() throws Exception {
        int tables = store.scrub(Watch.NONE, fault -> {}).tables().size();
        Configuration.Scrub slow = new Configuration.Scrub(DataSize.ofKibibytes(64), Duration.ofDays(7));
        try (Scrubber scrubber = Scrubber.start(workplace(), slow, Duration.ZERO)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> scrubber.status().progress() > 0.1);
        }
        ScrubState.Present stopped = state().now();
        assertThat(stopped).isNotNull();
        store.close();
        open();
        try (Scrubber scrubber = Scrubber.start(workplace(), FAST, Duration.ZERO)) {
            ScrubStatus status = whenDone(scrubber, Instant.EPOCH);
            // Each table that was there at the beginning once; opening anew may have merged some of them.
            assertThat(status.lastTables() + state().last().tally().gone())
                    .isBetween(stopped.tally().tables(), (long) tables);
            assertThat(status.lastMessages()).isEqualTo(2 * MESSAGES);
            assertThat(state().last()).isNotNull();
            assertThat(state().last().begun()).isEqualTo(stopped.begun());
        }
    }

    private ScrubState state() {
        return ScrubState.read(data, store.storeId() + " " + store.log().line());
    }

    @Test
    void nextPassComesWhenItIsDueAndNotBefore() {
        Instant first;
        try (Scrubber scrubber = Scrubber.start(workplace(), FAST, Duration.ZERO)) {
            first = whenDone(scrubber, Instant.EPOCH).lastEnded();
        }
        try (Scrubber scrubber = Scrubber.start(workplace(), FAST, Duration.ZERO)) {
            ScrubStatus status = scrubber.status();
            assertThat(status.begun()).isNull();
            assertThat(status.due()).isAfter(first.plus(Duration.ofDays(6)));
            assertThat(status.lastEnded()).isEqualTo(first);
        }
        Configuration.Scrub often = new Configuration.Scrub(DataSize.ofMebibytes(1024), Duration.ofMillis(1));
        try (Scrubber scrubber = Scrubber.start(workplace(), often, Duration.ZERO)) {
            assertThat(whenDone(scrubber, first).lastMessages()).isEqualTo(2 * MESSAGES);
        }
    }

    @Test
    void turnedOffItReadsNothingAndSaysSo() {
        Configuration.Scrub off = new Configuration.Scrub(new DataSize(0), Duration.ofDays(7));
        try (Scrubber scrubber = Scrubber.start(workplace(), off, Duration.ZERO)) {
            assertThat(scrubber.status().enabled()).isFalse();
        }
        assertThat(data.resolve("scrub.json")).doesNotExist();
    }

    @Test
    void damagedFileIsSaidAndThePassBeginsAnew() throws Exception {
        Files.writeString(data.resolve("scrub.json"), "{\"format\":\"understudy-scrub\",\"version\":1}\n{}\n");
        try (Scrubber scrubber = Scrubber.start(workplace(), FAST, Duration.ZERO)) {
            whenDone(scrubber, Instant.EPOCH);
        }
        assertThat(warnings()).anySatisfy(line -> assertThat(line).contains("scrub.json", "begins anew"));
    }

    private static void flip(Path file) throws Exception {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            long at = bytes.length() / 3;
            bytes.seek(at);
            int was = bytes.read();
            bytes.seek(at);
            bytes.write(was ^ 1);
        }
    }
}
