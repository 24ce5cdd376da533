package org.understudy.server.doctor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Appends of 4 KiB, each with {@code fdatasync}, as the store's log is written; at most a second and a half of them. */
public final class FileSyncTrial implements SyncTrial {
    private static final int APPEND = 4096;
    private static final int MOST = 300;
    private static final int FEWEST = 20;
    private static final int WARM = 5;
    private static final int BULK = 32 << 20;
    private static final int CHUNK = 1 << 20;
    private static final Duration PATIENCE = Duration.ofMillis(1500);

    @Override
    public Latencies measure(Path folder) throws IOException {
        Path file = Files.createTempFile(folder, ".understudy-doctor", ".trial");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            byte[] octets = new byte[CHUNK];
            // A disk that compresses would be quicker with zeros.
            new SecureRandom().nextBytes(octets);
            List<Long> taken = new ArrayList<>();
            long begun = System.nanoTime();
            for (int i = 0; i < MOST + WARM; i++) {
                long at = System.nanoTime();
                write(channel, ByteBuffer.wrap(octets, (i * APPEND) % CHUNK, APPEND));
                channel.force(false);
                long now = System.nanoTime();
                if (i >= WARM) {
                    taken.add(now - at);
                }
                if (taken.size() >= FEWEST && now - begun > PATIENCE.toNanos()) {
                    break;
                }
            }
            long at = System.nanoTime();
            for (int written = 0; written < BULK; written += CHUNK) {
                write(channel, ByteBuffer.wrap(octets));
            }
            channel.force(false);
            double seconds = (System.nanoTime() - at) / 1e9;
            return new Latencies(taken, BULK / seconds);
        } finally {
            Files.delete(file);
        }
    }

    private static void write(FileChannel channel, ByteBuffer octets) throws IOException {
        while (octets.hasRemaining()) {
            channel.write(octets);
        }
    }
}
