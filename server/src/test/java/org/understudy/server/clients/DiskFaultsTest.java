package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.understudy.server.admin.AdminClient;
import org.understudy.server.schedule.BackupHealth;
import org.understudy.storage.MailStore;
import org.understudy.storage.fsck.Fsck;

/** A disk that is full or failing under the running server: what users and the admin see, and that it recovers. */
class DiskFaultsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Pattern APPENDED = Pattern.compile("APPENDUID \\d+ (\\d+)");

    @TempDir
    Path folder;

    private final Map<Long, Integer> acknowledged = new TreeMap<>();
    private FaultyDisk disk;
    private ChildServer server;
    private int number;

    @BeforeEach
    void start() throws Exception {
        Files.createDirectories(folder.resolve("data"));
        Path workshop = Files.createDirectory(folder.resolve("workshop"));
        disk = FaultyDisk.over(folder.resolve("data"), workshop);
        server = ChildServer.start(folder, disk.environment());
        server.addAnna();
    }

    @AfterEach
    void end() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "WRITE, ENOSPC, ALL, disk of the mail store is full",
        "WRITE, EIO, LOGS, disk of the mail store report",
        "SYNC, EIO, ALL, disk of the mail store report"
    })
    void writesAreRefusedReadsGoOnAndWritingIsTakenUpAgain(
            FaultyDisk.Call call, FaultyDisk.Error error, FaultyDisk.Concerned files, String words) throws Exception {
        try (WireClient client = server.login();
                WireClient other = server.login()) {
            client.ok("CREATE Other");
            append(client);
            append(client);
            client.ok("SELECT INBOX");
            disk.fail(call, error, files);
            for (int i = 0; i < 5; i++) {
                assertThat(tryAppend(client)).startsWith("NO [UNAVAILABLE] ").contains(words);
            }
            assertThat(client.status("UID STORE 1 +FLAGS (\\Flagged)")).startsWith("NO [UNAVAILABLE] ");
            assertThat(client.status("UID COPY 1 Other")).startsWith("NO [UNAVAILABLE] ");
            assertThat(client.ok("UID FETCH 1 (FLAGS)").getFirst().text()).doesNotContain("Flagged");
            everythingAcknowledgedIsThere(client);
            other.ok("SELECT INBOX");
            everythingAcknowledgedIsThere(other);
            assertThat(disk.failed()).isPositive();
            // Where only logs fail the store is opened anew, and is sound until the next write.
            await("alert").atMost(PATIENCE).untilAsserted(() -> {
                assertThat(tryAppend(client)).startsWith("NO [UNAVAILABLE] ");
                assertThat(server.status().backups().alerts()).anySatisfy(alert -> {
                    assertThat(alert.kind()).isEqualTo(BackupHealth.Kind.STORE);
                    assertThat(alert.text()).contains("the store can only be read since ");
                    assertThat(alert.hint()).isNotBlank();
                });
            });
            disk.heal();
            await("writing").atMost(PATIENCE).until(() -> tryAppend(client).startsWith("OK"));
            append(client);
            client.ok("UID STORE 1 +FLAGS (\\Flagged)");
            everythingAcknowledgedIsThere(client);
            assertThat(server.status().backups().alerts()).noneMatch(alert -> alert.kind() == BackupHealth.Kind.STORE);
            assertThat(server.log().lines().filter(line -> line.contains("The store cannot be written")))
                    .as("said, not shouted, also where only logs fail and opening anew succeeds")
                    .hasSizeBetween(1, 8);
        }
        server.stop();
        soundWithAll();
    }

    @Test
    void aLogThatCannotBeSyncedIsNotTrustedAfterwards() throws Exception {
        try (WireClient client = server.login()) {
            append(client);
            disk.fail(FaultyDisk.Call.SYNC, FaultyDisk.Error.EIO, FaultyDisk.Concerned.LOGS);
            String tag = client.sendAppend("INBOX", "", SampleMessages.message(number++));
            assertThat(client.answer(tag).getLast().text()).contains("NO [UNAVAILABLE]");
            disk.heal();
            // Were the next fsync believed, this one would be acknowledged before the log was read again.
            await("writing").atMost(PATIENCE).until(() -> tryAppend(client).startsWith("OK"));
            assertThat(server.log()).contains("it was opened anew");
        }
        server.kill();
        soundWithAll();
    }

    private void append(WireClient client) throws Exception {
        assertThat(tryAppend(client)).startsWith("OK");
    }

    private String tryAppend(WireClient client) throws Exception {
        int mine = number++;
        String tag = client.sendAppend("INBOX", "", SampleMessages.message(mine));
        String answer = client.answer(tag).getLast().text().substring(tag.length() + 1);
        Matcher uid = APPENDED.matcher(answer);
        if (uid.find()) {
            acknowledged.put(Long.parseLong(uid.group(1)), mine);
        }
        return answer;
    }

    private void everythingAcknowledgedIsThere(WireClient client) throws Exception {
        client.ok("NOOP");
        for (Map.Entry<Long, Integer> one : acknowledged.entrySet()) {
            List<WireClient.Response> got = client.ok("UID FETCH " + one.getKey() + " (BODY.PEEK[])");
            assertThat(got.getFirst().literals())
                    .as("UID %s", one.getKey())
                    .singleElement()
                    .isEqualTo(SampleMessages.message(one.getValue()));
        }
    }

    private void soundWithAll() throws Exception {
        try (MailStore store =
                MailStore.open(folder.resolve("data/store"), new MailStore.Options(64L << 20, Clock.systemUTC()))) {
            assertThat(store.fsck(Fsck.Depth.BODIES).findings()).isEmpty();
        }
        try (ChildServer again = ChildServer.start(folder, Map.of());
                AdminClient ready = again.admin();
                WireClient client = again.login()) {
            assertThat(ready).isNotNull();
            client.ok("SELECT INBOX");
            everythingAcknowledgedIsThere(client);
        }
    }
}
