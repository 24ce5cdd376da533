package org.understudy.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.understudy.storage.ReclaimKit.FREE;
import static org.understudy.storage.ReclaimKit.UNPACED;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.storage.fsck.Fsck;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxRow;

/** A process that appends, expunges, reclaims and compacts without pause is killed again and again. */
@Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // reading from a child cannot be interrupted
class ReclaimCrashTest {
    private static final int KILLS = 6;

    @TempDir
    Path folder;

    @Test
    void aKillLeavesABodyWholeOrGone() throws Exception {
        Random random = new Random(33);
        long reclaimed = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Map<String, String> acknowledged = runAndKill(kill, 200 + random.nextInt(1_000));
            MailStore store = StoreKit.open(folder.resolve("store"));
            Fsck.Report report = store.fsck(Fsck.Depth.BODIES);
            assertThat(report.findings()).as("kill %d", kill).isEmpty();
            reclaimed = report.reclaimed();
            for (MailboxRow mailbox : store.mailboxes().all()) {
                store.messages().scan(mailbox.id(), 1, 0xFFFF_FFFFL, facts -> {
                    String expected = acknowledged.get(mailbox.id() + " " + facts.uid());
                    String found = new String(store.bodies().read(facts.body()), StandardCharsets.UTF_8);
                    if (expected != null && !expected.isEmpty()) {
                        assertThat(found).isEqualTo(expected);
                    }
                });
            }
            StoreKit.closeSound(store);
        }
        assertThat(reclaimed)
                .as("rows of reclaimed bodies: each run had some before its kill")
                .isGreaterThanOrEqualTo(KILLS);
    }

    private Map<String, String> runAndKill(int run, long afterMillis) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        folder.resolve("store").toString(),
                        Integer.toString(run))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        Map<String, String> acknowledged = new HashMap<>();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            String first = out.readLine();
            while (first != null && !first.equals("reclaiming")) {
                first = out.readLine();
            }
            assertThat(first).as("what the child says once it reclaims").isNotNull();
            Thread killer = Thread.ofVirtual().start(() -> {
                try {
                    child.waitFor(afterMillis, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                child.toHandle().destroyForcibly();
            });
            for (String line = first; line != null; line = out.readLine()) {
                String[] parts = line.split("\\|", -1);
                if (parts.length == 3) {
                    acknowledged.put(parts[0], parts[1]);
                }
            }
            killer.join();
        } finally {
            child.toHandle().destroyForcibly();
        }
        child.waitFor();
        return acknowledged;
    }

    /** Prints each acknowledged message; the first line when the first body was reclaimed. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] args) throws InterruptedException {
            MailStore store = StoreKit.open(Path.of(args[0]));
            for (int t = 0; t < 2; t++) {
                String user = "run" + args[1] + "thread" + t;
                Thread.ofPlatform().start(() -> write(store, user));
            }
            boolean told = false;
            while (true) {
                long reclaimed = store.reclaim()
                        .round(Duration.ZERO, false, FREE, UNPACED)
                        .reclaimed();
                store.reclaim().compact(FREE, UNPACED);
                if (reclaimed > 0 && !told) {
                    told = true;
                    System.out.println("reclaiming");
                }
            }
        }

        private static void write(MailStore store, String user) {
            MailboxId mailbox = ReclaimKit.mailbox(store, user);
            Random random = new Random(user.hashCode());
            for (int i = 0; ; i++) {
                // Some that many messages share, of which one or another stays, and some that are reclaimed for sure.
                String text = i % 4 == 1
                        ? "once " + user + " " + i
                        : "text " + random.nextInt(8) + (i % 50 == 0 ? "x".repeat(5 << 20) : "");
                long uid = store.messages()
                        .append(mailbox, List.of(StoreKit.message(text, Flags.NONE)), StoreKit.ALICE)
                        .getFirst()
                        .uid();
                if (i % 4 == 0) {
                    System.out.println(mailbox + " " + uid + "|" + (text.length() > 100 ? "" : text) + "|");
                } else {
                    store.messages().expunge(mailbox, List.of(uid), ExpungeReason.USER, StoreKit.ALICE);
                }
            }
        }
    }
}
