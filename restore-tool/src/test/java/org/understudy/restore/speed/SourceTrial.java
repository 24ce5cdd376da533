package org.understudy.restore.speed;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Sources;

/**
 * How fast sources give their messages with all bytes, from the page cache, without looking at them: {@code benchmarks/sources
 * [MESSAGES [DIR]]}. The same generated mail as Maildirs, as mbox files with Content-Length and as mbox files without.
 */
final class SourceTrial {
    private static final int ROUNDS = 5;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final double MEGA = 1_000_000;

    private SourceTrial() {}

    public static void main(String[] arguments) throws IOException {
        int messages = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10_000;
        Path folder = Path.of(
                        arguments.length > 1
                                ? arguments[1]
                                : System.getProperty("java.io.tmpdir") + "/understudy-sources")
                .toAbsolutePath();
        Files.createDirectories(folder);
        System.err.println("generating mail in " + folder + "…");
        Path maildirs = MailTree.in(folder, messages);
        Path plain = mbox(maildirs, folder.resolve("mbox-" + messages), false);
        Path lengths = mbox(maildirs, folder.resolve("mboxcl-" + messages), true);
        System.out.printf(Locale.ROOT, "%,d messages, best of %d rounds%n", messages, ROUNDS);
        for (Path source : List.of(maildirs, plain, lengths)) {
            measure(source);
        }
    }

    private static void measure(Path location) throws IOException {
        long best = Long.MAX_VALUE;
        long leastWork = Long.MAX_VALUE;
        long[] bytes = new long[1];
        long[] count = new long[1];
        String kind = "";
        byte[] buffer = new byte[1 << 16];
        for (int round = 0; round < ROUNDS; round++) {
            bytes[0] = 0;
            count[0] = 0;
            long began = System.nanoTime();
            long worked = THREADS.getCurrentThreadCpuTime();
            try (BackupSource source = Sources.open(location)) {
                kind = source.describe().kind();
                source.read(0, item -> {
                    if (item instanceof SourceItem.Message message) {
                        count[0]++;
                        bytes[0] += drained(message, buffer);
                    }
                });
            }
            best = Math.min(best, System.nanoTime() - began);
            leastWork = Math.min(leastWork, THREADS.getCurrentThreadCpuTime() - worked);
        }
        System.out.printf(
                Locale.ROOT,
                "%-10s %-24s %,8d messages %8.1f MB %7.2f s %6.0f MB/s; of a processor %.2f s, %.0f MB/s%n",
                kind,
                location.getFileName(),
                count[0],
                bytes[0] / MEGA,
                best / 1e9,
                bytes[0] / MEGA / (best / 1e9),
                leastWork / 1e9,
                bytes[0] / MEGA / (leastWork / 1e9));
    }

    private static long drained(SourceItem.Message message, byte[] buffer) throws IOException {
        ByteBuffer held = message.content().inMemory();
        if (held != null) {
            return held.remaining();
        }
        long bytes = 0;
        try (InputStream in = message.content().open()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                bytes += n;
            }
        }
        return bytes;
    }

    /** A file for each user, all mailboxes of one in it. */
    private static Path mbox(Path maildirs, Path to, boolean lengths) throws IOException {
        if (Files.exists(to.resolveSibling(to.getFileName() + ".complete"))) {
            return to;
        }
        Scratch.delete(to);
        Files.createDirectories(to);
        List<Path> users;
        try (Stream<Path> all = Files.list(maildirs)) {
            users = all.sorted().toList();
        }
        for (Path user : users) {
            try (OutputStream out = new BufferedOutputStream(
                            Files.newOutputStream(to.resolve(user.getFileName().toString())));
                    Stream<Path> files = Files.walk(user)) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    message(file, out, lengths);
                }
            }
        }
        Files.createFile(to.resolveSibling(to.getFileName() + ".complete"));
        return to;
    }

    private static void message(Path file, OutputStream out, boolean length) throws IOException {
        String when = DateTimeFormatter.ofPattern("EEE MMM d HH:mm:ss yyyy", Locale.ENGLISH)
                .format(Files.getLastModifiedTime(file).toInstant().atOffset(ZoneOffset.UTC));
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        int body = text.indexOf("\n\n") + 1;
        String state = length ? "Content-Length: " + (text.length() - body - 1) + "\n" : "Status: RO\n";
        String quoted = length ? text.substring(body) : text.substring(body).replaceAll("(?m)^(>*From )", ">$1");
        out.write(("From ana@example.org " + when + "\n" + text.substring(0, body) + state + quoted + "\n")
                .getBytes(StandardCharsets.ISO_8859_1));
    }
}
