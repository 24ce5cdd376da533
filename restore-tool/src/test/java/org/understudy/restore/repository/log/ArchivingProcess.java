package org.understudy.restore.repository.log;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.TakeSnapshot;
import org.understudy.storage.Content;
import org.understudy.storage.MailStore;
import org.understudy.storage.NewMessage;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MimeSummary;

/**
 * A process that delivers mail and carries the log away until it is killed. What it says on standard output has happened:
 * {@code delivered N MILLIS} after the store has acknowledged the N-th message, {@code archived MILLIS} when all up to
 * then is in the repository.
 */
final class ArchivingProcess {
    static final int KILLED = 137;
    static final Author AUTHOR = new Author.Session("delivery", "child");

    private ArchivingProcess() {}

    /** Data folder, repository, number of the first message, and a step with the how-many-th time, or {@code never}. */
    public static void main(String[] args) throws Exception {
        Path data = Path.of(args[0]);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        int[] left = {Integer.parseInt(args[4])};
        Random random = new Random();
        Clock clock = Clock.systemUTC();
        try (MailStore store = MailStore.open(data.resolve("store"), new MailStore.Options(32L << 20, clock))) {
            Workplace workplace = new Workplace(store, data, Path.of(args[1]), clock);
            LogArchiver archiver = new LogArchiver(workplace, step -> {
                if (step.name().equals(args[3]) && --left[0] == 0) {
                    Runtime.getRuntime().halt(KILLED);
                }
            });
            MailboxId mailbox = inbox(store);
            for (long number = Long.parseLong(args[2]); ; number++) {
                store.messages().append(mailbox, List.of(message(number, clock)), AUTHOR);
                out.println("delivered " + number + " " + clock.millis());
                if (random.nextInt(4) == 0) {
                    ArchiveReport report = archiver.run();
                    if (!report.gap().isEmpty()) {
                        throw new IllegalStateException("a gap: " + report.gap());
                    }
                    out.println("archived " + report.upTo().toEpochMilli());
                }
                if (random.nextInt(60) == 0) {
                    new TakeSnapshot().run(new TakeSnapshot.Request(false), workplace, Progress.SILENT);
                }
            }
        }
    }

    static MailboxId inbox(MailStore store) {
        MailboxPath path = MailboxPath.of("anna", "INBOX");
        return store.mailboxes()
                .find(path)
                .map(MailboxRow::id)
                .orElseGet(() -> store.mailboxes().create(path, 7, AUTHOR).id());
    }

    static NewMessage message(long number, Clock clock) {
        byte[] bytes = ("Subject: " + number + "\r\n\r\n" + "text\r\n".repeat(200)).getBytes(StandardCharsets.US_ASCII);
        Digest digest = Digest.of(Digest.sha256().digest(bytes));
        return new NewMessage(
                0,
                null,
                null,
                new NewMessage.Body.Bytes(Content.of(bytes), digest),
                bytes.length,
                20,
                digest,
                new MimeSummary("text", "plain", 200, "", List.of(), List.of()),
                clock.instant(),
                null,
                Flags.NONE);
    }
}
