package org.understudy.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.understudy.storage.StoreKit.ALICE;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxRow;

/** Kills a process that writes, again and again: what it said was done is there, and nothing is half. */
class MailStoreCrashTest {
    private static final int ROUNDS = Integer.getInteger("understudy.crash.rounds", 6);

    @TempDir
    Path folder;

    @Test
    void whatWasAcknowledgedSurvivesKill() throws Exception {
        Random random = new Random(7);
        Set<String> acknowledged = new HashSet<>();
        Set<String> attempted = new HashSet<>();
        Set<String> expunged = new HashSet<>();
        for (int round = 0; round < ROUNDS; round++) {
            List<String> lines = runAndKill(round, 300 + random.nextInt(900));
            for (String line : lines) {
                if (line.startsWith("+")) {
                    acknowledged.add(line.substring(1));
                } else if (line.startsWith("?")) {
                    attempted.add(line.substring(1));
                } else if (line.startsWith("-")) {
                    expunged.add(line.substring(1));
                }
            }
            MailStore store = StoreKit.open(folder.resolve("store"));
            Set<String> found = new HashSet<>();
            for (MailboxRow mailbox : store.mailboxes().all()) {
                store.messages()
                        .scan(
                                mailbox.id(),
                                1,
                                0xFFFF_FFFFL,
                                facts -> found.add(text(store.bodies().read(facts.body()))));
            }
            Set<String> lost = new HashSet<>(acknowledged);
            lost.removeAll(found);
            // The kill may come between an expunge and its acknowledgement.
            lost.removeAll(attempted);
            assertThat(lost).as("acknowledged and gone after round " + round).isEmpty();
            Set<String> back = new HashSet<>(expunged);
            back.retainAll(found);
            assertThat(back).as("expunged and back after round " + round).isEmpty();
            StoreKit.closeSound(store);
        }
        assertThat(acknowledged).hasSizeGreaterThan(100);
    }

    private static String text(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.substring(0, text.indexOf('|'));
    }

    private List<String> runAndKill(int round, long afterMillis) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writer.class.getName(),
                        folder.resolve("store").toString(),
                        Integer.toString(round))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        List<String> lines = new ArrayList<>();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            String first = out.readLine();
            assertThat(first).as("the writer's first line").isEqualTo("open");
            Thread killer = Thread.ofVirtual().start(() -> {
                try {
                    child.waitFor(afterMillis, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                child.toHandle().destroyForcibly();
            });
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.endsWith(";")) {
                    lines.add(line.substring(0, line.length() - 1));
                }
            }
            killer.join();
        }
        child.waitFor();
        return lines;
    }

    /** Appends, flags and expunges on four threads, and prints each acknowledged effect. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] args) {
            MailStore store = StoreKit.open(Path.of(args[0]));
            System.out.println("open");
            for (int t = 0; t < 4; t++) {
                String name = "r" + args[1] + "t" + t;
                Thread.ofPlatform().start(() -> write(store, name));
            }
        }

        private static void write(MailStore store, String name) {
            MailboxId mailbox = store.mailboxes()
                    .create(MailboxPath.of("alice", name), 1, ALICE)
                    .id();
            Random random = new Random(name.hashCode());
            for (int i = 0; ; i++) {
                String id = name + "m" + i;
                int size = random.nextInt(20) == 0 ? 5 << 20 : random.nextInt(20_000);
                long uid = store.messages()
                        .append(mailbox, List.of(StoreKit.message(id + "|" + "x".repeat(size), Flags.NONE)), ALICE)
                        .get(0)
                        .uid();
                System.out.println("+" + id + ";");
                store.messages().updateFlags(mailbox, List.of(uid), f -> f.with(Flags.SEEN), ALICE);
                if (i % 3 == 0) {
                    System.out.println("?" + id + ";");
                    store.messages().expunge(mailbox, List.of(uid), ExpungeReason.USER, ALICE);
                    System.out.println("-" + id + ";");
                }
            }
        }
    }
}
