package org.understudy.server.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Makes a folder what it would be after a loss of power, from what {@code faults.c} has kept: each file as it was at its
 * last fsync, each folder with the names that it had at its last fsync. Of a write-ahead log, some of the octets after the
 * last fsync may be there too, as on a disk that had begun to write them: none, all, or up to a place drawn at random.
 */
final class PowerLoss {
    private final Path durable;
    private final Random random;
    private final Map<Long, Path> live = new HashMap<>();
    private int dropped;

    private PowerLoss(Path durable, Random random) {
        this.durable = durable;
        this.random = random;
    }

    /**
     * Changes the folder, and empties {@code durable}.
     *
     * @return how many files have lost octets or were lost
     */
    static int strike(Path folder, Path durable, Random random) throws IOException {
        PowerLoss loss = new PowerLoss(durable, random);
        Path rebuilt = folder.resolveSibling(folder.getFileName() + ".rebuilt");
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path one : (Iterable<Path>) all::iterator) {
                loss.live.put(inode(one), one);
            }
        }
        loss.folder(inode(folder), rebuilt);
        delete(folder);
        Files.move(rebuilt, folder);
        delete(durable);
        Files.createDirectory(durable);
        return loss.dropped;
    }

    private void folder(long inode, Path to) throws IOException {
        Files.createDirectory(to);
        Path names = durable.resolve("names").resolve(Long.toString(inode));
        for (String line : Files.readAllLines(names)) {
            String[] words = line.split(" ", 3);
            long child = Long.parseLong(words[1]);
            if (words[0].equals("d")) {
                folder(child, to.resolve(words[2]));
            } else {
                file(child, to.resolve(words[2]));
            }
        }
    }

    private void file(long inode, Path to) throws IOException {
        Path kept = durable.resolve("keep").resolve(Long.toString(inode));
        Path content = durable.resolve("content").resolve(Long.toString(inode));
        Path now = Files.exists(kept) ? kept : live.get(inode);
        if (now == null) {
            throw new IllegalStateException("the file that was " + to + " is nowhere");
        }
        if (!Files.exists(content)) {
            Files.createLink(to, now);
            return;
        }
        Files.copy(content, to);
        long was = Files.size(content);
        long is = Files.size(now);
        dropped += was == is ? 0 : 1;
        if (to.toString().endsWith(".log") && is > was) {
            long tail = random.nextInt(3) == 0 ? is - was : (long) (random.nextDouble() * (is - was));
            byte[] all = Files.readAllBytes(now);
            Files.write(
                    to,
                    java.util.Arrays.copyOfRange(all, (int) was, (int) (was + (random.nextBoolean() ? tail : 0))),
                    StandardOpenOption.APPEND);
        }
    }

    private static long inode(Path file) throws IOException {
        return ((Number) Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS)).longValue();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            all.sorted(Comparator.reverseOrder()).forEach(one -> {
                try {
                    Files.delete(one);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
