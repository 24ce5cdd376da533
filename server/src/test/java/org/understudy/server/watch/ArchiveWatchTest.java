package org.understudy.server.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.OpenedSnapshot;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.repository.TakeSnapshot;
import org.understudy.restore.repository.log.PointInTime;
import org.understudy.server.admin.ServerStatus;
import org.understudy.server.config.Configuration;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.MailboxPath;

/** The server carries the log away by itself, says how that stands, and does so once more when it stops. */
class ArchiveWatchTest {
    private static final Author AUTHOR = new Author.Housekeeping("test");
    private static final Configuration.Archive EACH_SECOND = new Configuration.Archive(true, Duration.ofSeconds(1));
    private static final Configuration.Archive SELDOM = new Configuration.Archive(true, Duration.ofHours(1));

    @TempDir
    Path folder;

    private MailStore store;
    private Workplace workplace;
    private int made;

    @BeforeEach
    void open() throws IOException {
        Clock clock = Clock.systemUTC();
        store = MailStore.open(folder.resolve("data/store"), new MailStore.Options(32L << 20, clock));
        workplace = new Workplace(store, folder.resolve("data"), folder.resolve("repository"), clock);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void snapshot() throws InterruptedException {
        new TakeSnapshot().run(new TakeSnapshot.Request(false), workplace, Progress.SILENT);
    }

    private Instant makeMailbox() {
        store.mailboxes().create(MailboxPath.of("anna", "Box" + made++), 7, AUTHOR);
        return Instant.now();
    }

    private long mailboxesAt(Instant moment) throws Exception {
        try (OpenedSnapshot opened = PointInTime.of(
                        Repository.open(workplace.repository()),
                        workplace.keys(),
                        moment,
                        OpenedSnapshot.Assurance.TRUSTED_KEY)
                .open(user -> true, workplace.clock(), Progress.SILENT)) {
            return opened.store().mailboxes().all().size();
        }
    }

    private static void awaitState(ArchiveWatch watch, String state) {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> watch.status().state().equals(state));
    }

    @Test
    void beginsWithTheFirstSnapshotAndKeepsUp() throws Exception {
        try (ArchiveWatch watch = ArchiveWatch.start(workplace, EACH_SECOND)) {
            awaitState(watch, "NO_REPOSITORY");
            makeMailbox();
            snapshot();
            watch.ask();
            awaitState(watch, "CURRENT");
            Instant second = makeMailbox();
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> watch.status().upTo().isAfter(second));
            assertThat(mailboxesAt(second)).isEqualTo(2);
            ServerStatus.Archive status = watch.status();
            assertThat(status.problem()).isEmpty();
            assertThat(status.gap()).isEmpty();
        }
    }

    @Test
    void carriesTheRestAwayWhenItIsClosed() throws Exception {
        snapshot();
        Instant last;
        try (ArchiveWatch watch = ArchiveWatch.start(workplace, SELDOM)) {
            awaitState(watch, "CURRENT");
            last = makeMailbox();
        }
        assertThat(mailboxesAt(last)).isEqualTo(1);
    }

    @Test
    void saysWhyItCannotAndGoesOnWhenItCan() throws Exception {
        snapshot();
        Path logs = folder.resolve("repository/logs");
        Files.createFile(logs);
        try (ArchiveWatch watch = ArchiveWatch.start(workplace, EACH_SECOND)) {
            await().atMost(Duration.ofSeconds(30)).until(() -> watch.status().failingSince() != null);
            assertThat(watch.status().problem()).isNotEmpty();
            Files.delete(logs);
            awaitState(watch, "CURRENT");
            assertThat(watch.status().problem()).isEmpty();
            assertThat(watch.status().failingSince()).isNull();
        }
    }

    @Test
    void asksForOneSnapshotForEachGap() throws Exception {
        snapshot();
        AtomicInteger asked = new AtomicInteger();
        try (ArchiveWatch watch = ArchiveWatch.start(workplace, SELDOM)) {
            awaitState(watch, "CURRENT");
            watch.onGap(asked::incrementAndGet);
            assertThat(asked).as("there is no gap").hasValue(0);
            for (int gaps = 1; gaps <= 2; gaps++) {
                store.log().renewLine();
                makeMailbox();
                watch.ask();
                awaitState(watch, "WAITING_FOR_SNAPSHOT");
                await().atMost(Duration.ofSeconds(30)).untilAtomic(asked, Matchers.equalTo(gaps));
                watch.ask();
                snapshot();
                watch.ask();
                awaitState(watch, "CURRENT");
                assertThat(asked).hasValue(gaps);
            }
        }
    }

    @Test
    void switchedOffItDoesNothing() throws Exception {
        snapshot();
        ArchiveWatch watch = ArchiveWatch.start(workplace, new Configuration.Archive(false, Duration.ofSeconds(1)));
        watch.ask();
        watch.close();
        assertThat(watch.status().enabled()).isFalse();
        assertThat(folder.resolve("repository/logs")).doesNotExist();
    }
}
