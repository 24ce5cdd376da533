package org.understudy.restore.speed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.message.MessageReader;
import org.understudy.restore.message.MessageReading;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.TakeSnapshot;
import org.understudy.restore.repository.VerifyRepository;
import org.understudy.storage.Content;
import org.understudy.storage.MailStore;
import org.understudy.storage.NewMessage;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;

/**
 * Measures snapshots: the first of a store, a second one after a hundredth of the mail has changed, a third after
 * nothing has, and one of each beside users at work: {@code SnapshotTrial [MEGABYTES-OF-FILES [DIR]]}. Everything is
 * deleted at the end.
 */
final class SnapshotTrial {
    private static final int OCTETS = 42_000;
    private static final int BATCH = 50;
    private static final int USERS = 40;
    private static final Author AUTHOR = new Author.Session("trial", "trial");
    private static final long LOOK_MILLIS = 15_000;

    private final MailStore live;
    private final Workplace place;
    private final SplittableRandom random = new SplittableRandom(5);
    private final Map<Integer, MailboxId> mailboxes = new HashMap<>();
    private int delivered;

    SnapshotTrial(MailStore live, Path folder) {
        this.live = live;
        this.place = new Workplace(live, folder, folder.resolve("repository"), Clock.systemUTC());
    }

    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws IOException, InterruptedException {
        int megabytes = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3000;
        Path folder = Path.of(
                        arguments.length > 1
                                ? arguments[1]
                                : System.getProperty("java.io.tmpdir") + "/understudy-snapshot-trial")
                .toAbsolutePath();
        Files.createDirectories(folder);
        try (MailStore live = MailStore.open(folder.resolve("store"), MailStore.Options.defaults())) {
            new SnapshotTrial(live, folder).run(megabytes);
        } finally {
            Scratch.delete(folder);
        }
    }

    private void run(int megabytes) throws IOException, InterruptedException {
        // Half of the text is noise, so that a table takes about half of what the mail in it has.
        int messages = (int) (megabytes * 2_000_000L / OCTETS);
        deliver(messages);
        print("messages %,d of %,.0f MB", delivered, delivered * (double) OCTETS / 1e6);
        Taken first = take("first", null);
        // As a restore or a comparison with history does, after which RocksDB may compact.
        live.view().close();
        Thread.sleep(3_000);
        deliver(messages / 100);
        Taken second = take("second, 1 % changed", null);
        print(
                "second / first: %.1f %% of the bytes, %.1f %% of the time, %.1f %% of the processor's",
                100.0 * second.copied() / first.copied(),
                100 * second.seconds() / first.seconds(),
                100 * second.cpu() / first.cpu());
        deliver(messages / 100);
        take("third, 1 % changed", null);
        take("fourth, unchanged", null);
        besideUsers(messages);
        VerifyRepository.Result verified = RestoreOperations.verifyRepository()
                .run(new VerifyRepository.Request(true, List.of()), place, Progress.SILENT);
        print("full verify: %d findings, %,.0f MB", verified.findings().size(), verified.bytesRead() / 1e6);
    }

    private void besideUsers(int messages) throws IOException, InterruptedException {
        try (LiveLoad load = new LiveLoad(live)) {
            Thread.sleep(2_000);
            load.seen();
            Thread.sleep(LOOK_MILLIS);
            LiveLoad.Seen alone = load.seen();
            print(
                    "users alone: append p99 %.1f ms, fetch p99 %.1f ms",
                    alone.append().p99(), alone.fetch().p99());
            deliver(messages / 100);
            load.seen();
            take("beside users, 1 % changed", load);
            Path other = place.dataFolder().resolve("other");
            Workplace elsewhere = new Workplace(live, place.dataFolder(), other, Clock.systemUTC());
            load.seen();
            take("beside users, first into another repository", load, elsewhere);
            Thread.sleep(1_000);
            load.seen();
            Thread.sleep(LOOK_MILLIS);
            LiveLoad.Seen again = load.seen();
            print(
                    "users alone again: append p99 %.1f ms, fetch p99 %.1f ms",
                    again.append().p99(), again.fetch().p99());
        }
    }

    /** What one snapshot has cost. */
    private record Taken(long copied, double seconds, double cpu) {}

    private Taken take(String name, @Nullable LiveLoad load) throws InterruptedException {
        return take(name, load, place);
    }

    private Taken take(String name, @Nullable LiveLoad load, Workplace into) throws InterruptedException {
        Phase.Watch watch = new Phase.Watch();
        TakeSnapshot.Result result =
                RestoreOperations.takeSnapshot().run(new TakeSnapshot.Request(false), into, Progress.SILENT);
        Phase phase = watch.stop(name, result.messages(), result.bytesCopied(), load == null ? null : load.seen());
        print(
                "%s: %.2f s (%.2f s of processor), %,.1f MB copied, %,.1f MB there already%s",
                name,
                phase.seconds(),
                phase.cpuSeconds(),
                result.bytesCopied() / 1e6,
                result.bytesReused() / 1e6,
                phase.live() == null
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                "; append p99 %.1f ms of %d, fetch p99 %.1f ms",
                                phase.live().append().p99(),
                                phase.live().append().count(),
                                phase.live().fetch().p99()));
        result.warnings().forEach(warning -> print("  warning: %s", warning));
        return new Taken(result.bytesCopied(), phase.seconds(), phase.cpuSeconds());
    }

    void deliver(int count) throws IOException {
        for (int n = 0; n < count; n += BATCH) {
            NewMessage[] batch = new NewMessage[Math.min(BATCH, count - n)];
            for (int i = 0; i < batch.length; i++) {
                batch[i] = message();
            }
            int user = random.nextInt(USERS);
            MailboxId mailbox = mailboxes.computeIfAbsent(
                    user,
                    number -> live.mailboxes()
                            .create(MailboxPath.of("user" + number, "INBOX"), 1, AUTHOR)
                            .id());
            live.messages().append(mailbox, List.of(batch), AUTHOR);
        }
    }

    private NewMessage message() throws IOException {
        byte[] noise = new byte[OCTETS / 2 - 100];
        random.nextBytes(noise);
        byte[] bytes = ("From: a@example.org\r\nDate: Mon, 6 Jan 2025 08:00:00 +0000\r\nMessage-ID: <" + delivered++
                        + "@example.org>\r\n\r\n" + HexFormat.of().formatHex(noise) + "\r\n")
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
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
                java.time.Instant.EPOCH,
                null,
                Flags.NONE);
    }

    @SuppressWarnings("SystemOut")
    private static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
