package org.understudy.restore.repository;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.understudy.restore.repository.backend.Durable;

/** Prints how fast snapshots are taken and verified, of generated mail: {@code SpeedTrial [megabytes]}. */
final class SpeedTrial {
    private SpeedTrial() {}

    public static void main(String[] args) throws Exception {
        int megabytes = args.length == 0 ? 300 : Integer.parseInt(args[0]);
        Path root = Files.createTempDirectory("understudy-speed-");
        try (MailFixture mail = new MailFixture(root)) {
            for (int i = 0; i < megabytes; i++) {
                mail.deliver("user" + i % 10, "INBOX", 50, 20_000);
                mail.ledger.clear();
            }
            long began = begin();
            TakeSnapshot.Result first = mail.take();
            print("first snapshot, " + first.messages() + " messages", first.bytesCopied(), began);
            mail.deliver("user1", "INBOX", 50, 20_000);
            began = begin();
            TakeSnapshot.Result second = mail.take();
            print(
                    "second snapshot, copied " + second.bytesCopied(),
                    second.bytesCopied() + second.bytesReused(),
                    began);
            began = begin();
            mail.verify(false);
            print("quick verify", first.bytesCopied() + second.bytesCopied(), began);
            began = begin();
            VerifyRepository.Result full = mail.verify(true);
            print("full verify, findings " + full.findings().size(), full.bytesRead(), began);
        } finally {
            Durable.deleteTree(root);
        }
    }

    private static long cpuBegan;

    private static long begin() {
        cpuBegan = cpu();
        return System.nanoTime();
    }

    /** Processor time of this thread, which a busy machine does not stretch. */
    private static long cpu() {
        return java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void print(String what, long bytes, long began) {
        double seconds = (System.nanoTime() - began) / 1e9;
        System.out.println(String.format(
                Locale.ROOT,
                "%s: %.1f MB in %.2f s (%.2f s of processor), %.0f MB/s",
                what,
                bytes / 1e6,
                seconds,
                (cpu() - cpuBegan) / 1e9,
                bytes / 1e6 / seconds));
    }
}
