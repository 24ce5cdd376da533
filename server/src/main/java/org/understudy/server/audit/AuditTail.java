package org.understudy.server.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Reads a log from its end, as far as a page needs it. Nothing is changed, and a record that is being written is passed over. */
public final class AuditTail {
    private static final int BLOCK = 1 << 16;
    private static final int LONGEST_LINE = 4 << 20;

    private AuditTail() {}

    /**
     * @param records that match, newest first
     * @param unreadable lines among those looked at that are no records
     * @param looked how many records were looked at
     * @param last number of the last record that was looked at, for the next page; 0 where the log's beginning was reached
     */
    public record Tail(List<AuditRecord> records, long unreadable, long looked, long last) {
        public Tail {
            records = List.copyOf(records);
        }
    }

    /**
     * @param before only records of smaller numbers; 0 for all
     * @param most how many are wanted
     * @param effort how many lines are looked at before it ends, matching or not
     */
    public static Tail read(Path dataFolder, Predicate<AuditRecord> wanted, long before, int most, int effort) {
        List<Path> files = AuditFiles.in(AuditFiles.folder(dataFolder));
        Looking looking = new Looking(wanted, before, most, effort);
        try {
            for (Path file : files.reversed()) {
                if (before > 0 && AuditFiles.first(file) >= before) {
                    continue;
                }
                if (!backwards(file, looking)) {
                    return new Tail(looking.found, looking.unreadable, looking.looked, looking.last);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Tail(looking.found, looking.unreadable, looking.looked, 0);
    }

    private static final class Looking {
        private final Predicate<AuditRecord> wanted;
        private final long before;
        private final int most;
        private final int effort;
        private final List<AuditRecord> found = new ArrayList<>();
        private long unreadable;
        private long looked;
        private long last;

        Looking(Predicate<AuditRecord> wanted, long before, int most, int effort) {
            this.wanted = wanted;
            this.before = before;
            this.most = most;
            this.effort = effort;
        }

        /** @return whether to go on */
        boolean line(byte[] octets) {
            looked++;
            Optional<AuditRecord> record = AuditLine.parse(octets);
            if (record.isEmpty()) {
                unreadable++;
            } else {
                AuditRecord one = record.get();
                if (before == 0 || one.number() < before) {
                    last = one.number();
                    if (wanted.test(one)) {
                        found.add(one);
                    }
                }
            }
            return found.size() < most && (looked < effort || last == 0);
        }
    }

    /** Lines from the last whole one to the first. */
    private static boolean backwards(Path file, Looking looking) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            long at = end(channel, looking.before);
            byte[] rest = new byte[0];
            boolean end = true;
            while (at > 0) {
                int size = (int) Math.min(BLOCK, at);
                at -= size;
                byte[] block = join(block(channel, at, size), rest);
                int stop = block.length;
                for (int i = block.length - 1; i >= 0; i--) {
                    if (block[i] == '\n') {
                        if (!end && !looking.line(Arrays.copyOfRange(block, i + 1, stop))) {
                            return false;
                        }
                        end = false;
                        stop = i;
                    }
                }
                rest = Arrays.copyOf(block, Math.min(stop, LONGEST_LINE));
            }
            return end || rest.length == 0 || looking.line(rest);
        }
    }

    /** Where to begin, so that no more than a few blocks of larger numbers are passed over. */
    private static long end(FileChannel channel, long before) throws IOException {
        long low = 0;
        long high = channel.size();
        if (before == 0) {
            return high;
        }
        while (high - low > BLOCK) {
            long middle = (low + high) >>> 1;
            Optional<AuditRecord> record = after(channel, middle);
            if (record.isPresent() && record.get().number() < before) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return Math.min(channel.size(), high + BLOCK);
    }

    /** The first whole record behind a place; empty where none is near. */
    private static Optional<AuditRecord> after(FileChannel channel, long place) throws IOException {
        byte[] block = block(channel, place, (int) Math.min(BLOCK, channel.size() - place));
        int begin = -1;
        for (int i = 0; i < block.length; i++) {
            if (block[i] == '\n') {
                if (begin >= 0) {
                    return AuditLine.parse(Arrays.copyOfRange(block, begin, i));
                }
                begin = i + 1;
            }
        }
        return Optional.empty();
    }

    private static byte[] block(FileChannel channel, long at, int size) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(size);
        while (buffer.hasRemaining() && channel.read(buffer, at + buffer.position()) >= 0) {
            // The rest of it.
        }
        return buffer.array();
    }

    private static byte[] join(byte[] first, byte[] second) {
        ByteArrayOutputStream both = new ByteArrayOutputStream(first.length + second.length);
        both.writeBytes(first);
        both.writeBytes(second);
        return both.toByteArray();
    }
}
