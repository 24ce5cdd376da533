package org.understudy.restore.repository.log;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.PruneRepository;
import org.understudy.restore.repository.TakeSnapshot;
import org.understudy.restore.retention.RetentionRules;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.MailboxId;

/**
 * A process that delivers mail on one thread, and on another carries the log away, takes snapshots and prunes, until it is
 * killed. What it says on standard output has happened: {@code delivered N MILLIS}, {@code begins KIND} and {@code ends KIND
 * WHAT}, where WHAT is the moment up to which all is archived, or the snapshot's id.
 */
final class BusyProcess {
    /** What the second thread does, again and again, in this order. */
    enum Kind {
        SNAPSHOT,
        ARCHIVE,
        PRUNE
    }

    /** How many snapshots pruning leaves. */
    static final int KEPT = 2;

    /** Messages that come while each of them is done, so that a mailbox stays small enough to be compared often. */
    private static final int ARRIVALS = 12;

    private BusyProcess() {}

    /** Data folder, repository, number of the first message. */
    public static void main(String[] args) throws Exception {
        Path data = Path.of(args[0]);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        Clock clock = Clock.systemUTC();
        try (MailStore store = MailStore.open(data.resolve("store"), new MailStore.Options(32L << 20, clock))) {
            Workplace workplace = new Workplace(store, data, Path.of(args[1]), clock);
            Semaphore arrivals = new Semaphore(0);
            Thread delivery = new Thread(() -> deliver(store, Long.parseLong(args[2]), arrivals, out), "delivery");
            delivery.setDaemon(true);
            delivery.start();
            LogArchiver archiver = new LogArchiver(workplace);
            while (true) {
                for (Kind kind : Kind.values()) {
                    arrivals.release(ARRIVALS);
                    say(out, "begins " + kind);
                    say(out, "ends " + kind + " " + carryOut(kind, workplace, archiver));
                }
            }
        }
    }

    private static void say(PrintStream out, String line) {
        synchronized (out) {
            out.println(line);
        }
    }

    private static String carryOut(Kind kind, Workplace workplace, LogArchiver archiver) throws Exception {
        return switch (kind) {
            case ARCHIVE -> {
                ArchiveReport report = archiver.run();
                if (!report.gap().isEmpty()) {
                    throw new IllegalStateException("a gap: " + report.gap());
                }
                yield Long.toString(report.upTo().toEpochMilli());
            }
            case SNAPSHOT ->
                new TakeSnapshot()
                        .run(new TakeSnapshot.Request(false), workplace, Progress.SILENT)
                        .id();
            case PRUNE ->
                Integer.toString(RestoreOperations.pruneRepository()
                        .run(
                                new PruneRepository.Request(new RetentionRules(KEPT, 0, 0, 0, 0, 0), false),
                                workplace,
                                Progress.SILENT)
                        .gone()
                        .size());
        };
    }

    private static void deliver(MailStore store, long first, Semaphore arrivals, PrintStream out) {
        Clock clock = Clock.systemUTC();
        MailboxId mailbox = ArchivingProcess.inbox(store);
        for (long number = first; ; number++) {
            arrivals.acquireUninterruptibly();
            store.messages().append(mailbox, List.of(ArchivingProcess.message(number, clock)), ArchivingProcess.AUTHOR);
            say(out, "delivered " + number + " " + clock.millis());
        }
    }
}
