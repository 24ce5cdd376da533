package org.understudy.restore.speed;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.TakeSnapshot;
import org.understudy.restore.repository.log.ArchiveReport;
import org.understudy.restore.repository.log.LogArchiver;
import org.understudy.storage.MailStore;

/**
 * What users feel of the log being carried away: 60 durable appends and 200 fetches a second, by turns without and with an
 * archiver that runs each second, which is sixty times as often as by default.
 */
final class ArchiveTrial {
    private static final int TURNS = 4;

    private ArchiveTrial() {}

    /** Folder, which is emptied; seconds of each turn. */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        int seconds = Integer.parseInt(args[1]);
        Scratch.delete(folder);
        Files.createDirectories(folder.resolve("data"));
        Clock clock = Clock.systemUTC();
        try (MailStore live = MailStore.open(folder.resolve("data/store"), new MailStore.Options(128L << 20, clock))) {
            Workplace workplace = new Workplace(live, folder.resolve("data"), folder.resolve("repository"), clock);
            new TakeSnapshot().run(new TakeSnapshot.Request(false), workplace, Progress.SILENT);
            LogArchiver archiver = new LogArchiver(workplace);
            try (LiveLoad load = new LiveLoad(live)) {
                turn(load, archiver, seconds, true);
                System.out.println("turn      append p50   p99   most     fetch p99   (ms)");
                for (int i = 0; i < TURNS; i++) {
                    print("without", turn(load, archiver, seconds, false));
                    print("with", turn(load, archiver, seconds, true));
                }
            }
        }
        Scratch.delete(folder);
    }

    private static LiveLoad.Seen turn(LiveLoad load, LogArchiver archiver, int seconds, boolean archiving)
            throws InterruptedException {
        load.seen();
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        while (System.nanoTime() < end) {
            if (archiving) {
                ArchiveReport report = archiver.run();
                if (!report.gap().isEmpty()) {
                    throw new IllegalStateException(report.gap());
                }
            }
            LockSupport.parkNanos(1_000_000_000L);
        }
        return load.seen();
    }

    private static void print(String what, LiveLoad.Seen seen) {
        System.out.printf(
                Locale.ROOT,
                "%-9s %10.2f %5.2f %6.1f %12.2f%n",
                what,
                seen.append().p50(),
                seen.append().p99(),
                seen.append().most(),
                seen.fetch().p99());
    }
}
