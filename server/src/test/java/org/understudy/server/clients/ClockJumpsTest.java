package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.TakeSnapshot;
import org.understudy.server.admin.AdminClient;
import org.understudy.storage.MailStore;
import org.understudy.storage.fsck.Fsck;

/** A clock of the day that jumps by more than a year, to and fro, under the running server. */
class ClockJumpsTest {
    private static final Duration FAR = Duration.ofDays(400);
    private static final Pattern DATE = Pattern.compile("INTERNALDATE \"([^\"]+)\"");
    private static final Pattern VALIDITY = Pattern.compile("UIDVALIDITY (\\d+)");
    private static final Pattern MODSEQ = Pattern.compile("HIGHESTMODSEQ (\\d+)");

    @TempDir
    Path folder;

    private FaultyDisk disk;
    private ChildServer server;
    private int number;

    @BeforeEach
    void start() throws Exception {
        Files.createDirectories(folder.resolve("data"));
        disk = FaultyDisk.over(folder.resolve("data"), Files.createDirectory(folder.resolve("workshop")));
        server = ChildServer.start(folder, disk.environment());
        server.addAnna();
    }

    @AfterEach
    void end() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void sessionsGoOnNothingFallsAndNothingIsLost() throws Exception {
        try (WireClient client = server.login()) {
            client.ok("CREATE Work");
            long validity = number(client, "STATUS Work (UIDVALIDITY)", VALIDITY);
            append(client);
            String first = snapshot();
            long modSeq = number(client, "STATUS INBOX (HIGHESTMODSEQ)", MODSEQ);

            disk.setClockWrongBy(FAR);
            append(client);
            assertThat(arrival(client, 2)).isBetween(later(FAR.minusHours(1)), later(FAR.plusHours(1)));
            String second = snapshot();
            assertThat(second).isGreaterThan(first);
            long afterwards = number(client, "STATUS INBOX (HIGHESTMODSEQ)", MODSEQ);
            assertThat(afterwards).isGreaterThan(modSeq);

            disk.setClockWrongBy(FAR.negated());
            append(client);
            assertThat(arrival(client, 3))
                    .isBetween(
                            later(FAR.negated().minusHours(1)),
                            later(FAR.negated().plusHours(1)));
            assertThat(number(client, "STATUS INBOX (HIGHESTMODSEQ)", MODSEQ)).isGreaterThan(afterwards);
            client.ok("DELETE Work");
            client.ok("CREATE Work");
            assertThat(number(client, "STATUS Work (UIDVALIDITY)", VALIDITY)).isGreaterThan(validity);
            assertThat(snapshot()).isGreaterThan(second);
            try (WireClient other = server.login()) {
                other.ok("SELECT INBOX");
                everythingIsThere(other);
            }
            client.ok("UID STORE 1:3 +FLAGS (\\Flagged)");

            disk.setClockWrongBy(Duration.ZERO);
            append(client);
            everythingIsThere(client);
        }
        assertThat(server.stop()).isZero();
        try (MailStore store =
                MailStore.open(folder.resolve("data/store"), new MailStore.Options(64L << 20, Clock.systemUTC()))) {
            assertThat(store.fsck(Fsck.Depth.BODIES).findings()).isEmpty();
        }
        server = ChildServer.start(folder, Map.of());
        try (WireClient client = server.login()) {
            client.ok("SELECT INBOX");
            everythingIsThere(client);
        }
    }

    private String snapshot() throws Exception {
        try (AdminClient admin = server.admin()) {
            return admin.run(RestoreOperations.takeSnapshot(), new TakeSnapshot.Request(false), Progress.SILENT)
                    .id();
        }
    }

    private void append(WireClient client) throws Exception {
        client.await(client.sendAppend("INBOX", "", SampleMessages.message(number++)));
        client.ok("SELECT INBOX");
    }

    private void everythingIsThere(WireClient client) throws Exception {
        for (int uid = 1; uid <= number; uid++) {
            assertThat(client.ok("UID FETCH " + uid + " (BODY.PEEK[])")
                            .getFirst()
                            .literals())
                    .singleElement()
                    .isEqualTo(SampleMessages.message(uid - 1));
        }
    }

    private static Instant arrival(WireClient client, int uid) throws Exception {
        String text =
                client.ok("UID FETCH " + uid + " (INTERNALDATE)").getFirst().text();
        Matcher date = DATE.matcher(text);
        assertThat(date.find()).as(text).isTrue();
        DateTimeFormatter form = DateTimeFormatter.ofPattern("d-MMM-yyyy HH:mm:ss Z", Locale.ENGLISH);
        return OffsetDateTime.parse(date.group(1).strip(), form).toInstant();
    }

    private static Instant later(Duration by) {
        return Instant.now().plus(by);
    }

    private static long number(WireClient client, String command, Pattern what) throws Exception {
        String text = client.ok(command).getFirst().text();
        Matcher found = what.matcher(text);
        assertThat(found.find()).as(text).isTrue();
        return Long.parseLong(found.group(1));
    }
}
