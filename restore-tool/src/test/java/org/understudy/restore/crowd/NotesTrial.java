package org.understudy.restore.crowd;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.source.Sources;
import org.understudy.restore.validate.Validation;
import org.understudy.restore.validate.Validator;
import org.understudy.storage.Content;

/** Prints what notes cost: processor time while messages are read, and time, heap and disk while they are compared. */
public final class NotesTrial {
    private static final int ROUNDS = 8;
    private static final int SECTORS = 20;

    private NotesTrial() {}

    /** Arguments: a directory of Maildirs, then how many gigabytes of made-up mail to compare (0 for none). */
    public static void main(String[] args) throws IOException {
        reading(Path.of(args[0]));
        double gigabytes = Double.parseDouble(args[1]);
        if (gigabytes > 0) {
            comparing((long) (gigabytes * 1e9 / SECTORS / SectorNotes.SECTOR));
        }
    }

    private static void reading(Path maildirs) throws IOException {
        List<SourceItem.Message> messages = new ArrayList<>();
        long[] bytes = new long[1];
        try (BackupSource source = Sources.open(maildirs)) {
            source.read(0, item -> {
                if (item instanceof SourceItem.Message m) {
                    byte[] content = Planted.bytes(m);
                    bytes[0] += content.length;
                    messages.add(new SourceItem.Message(
                            m.ref(),
                            m.mailbox(),
                            m.uid(),
                            m.internalDate(),
                            m.flags(),
                            Content.of(content),
                            m.witnesses()));
                }
            });
        }
        Validator validator = Validator.standard();
        double[] best = {Double.MAX_VALUE, Double.MAX_VALUE};
        long noted = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (int with = 0; with < 2; with++) {
                long begun = cpu();
                long octets = 0;
                for (SourceItem.Message message : messages) {
                    if (with == 0) {
                        octets += validator.validate(message).reading().rawSize();
                    } else {
                        NoteTaker taker = new NoteTaker();
                        Validation validation = validator.validate(message, taker);
                        octets += NotesCodec.bytes(taker.notes(message, validation)).length;
                    }
                }
                best[with] = Math.min(best[with], (cpu() - begun) / 1e9);
                noted = octets;
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%.1f MB in %,d messages: validating %.1f MB/s of one processor, with notes %.1f MB/s (%.1f %% more time);"
                        + " notes %.1f %% of the mail%n",
                bytes[0] / 1e6,
                messages.size(),
                bytes[0] / 1e6 / best[0],
                bytes[0] / 1e6 / best[1],
                (best[1] / best[0] - 1) * 100,
                noted * 100.0 / bytes[0]);
    }

    private static void comparing(long messages) throws IOException {
        Path folder = Files.createTempDirectory("notes-trial");
        Path file = folder.resolve("notes");
        SplittableRandom random = new SplittableRandom(1);
        try (NotesFile notes = NotesFile.create(file)) {
            List<MessageNotes> frame = new ArrayList<>();
            for (long i = 0; i < messages; i++) {
                frame.add(note(i, random));
                if (frame.size() == 1000) {
                    notes.append(new SourceMailbox("user" + i / 5000, "INBOX"), i, frame);
                    frame.clear();
                }
            }
        }
        long begun = System.nanoTime();
        long cpu = cpu();
        try (Clues clues = Crowd.conclude(file, new LocalUsers(List.of()), folder.resolve("comparing"))) {
            System.out.printf(
                    Locale.ROOT,
                    "%,d messages, %,d sectors (%.1f GB) compared in %.1f s, %.1f s of one processor; notes %.1f MB; heap"
                            + " at most %,d MB of %,d%n",
                    clues.messages(),
                    messages * SECTORS,
                    messages * SECTORS * SectorNotes.SECTOR / 1e9,
                    (System.nanoTime() - begun) / 1e9,
                    (cpu() - cpu) / 1e9,
                    Files.size(file) / 1e6,
                    peak() >> 20,
                    Runtime.getRuntime().maxMemory() >> 20);
        }
        Crowd.clear(folder.resolve("comparing"));
        Files.delete(file);
        Files.delete(folder);
    }

    /** Every hundredth message is a copy of the one before, with another header. */
    private static MessageNotes note(long ordinal, SplittableRandom random) {
        long[] digests = new long[SECTORS];
        long[] seams = new long[SECTORS + 1];
        SplittableRandom own = ordinal % 100 == 1 ? new SplittableRandom(ordinal - 1) : new SplittableRandom(ordinal);
        Arrays.setAll(digests, i -> i < 2 ? random.nextLong() : own.nextLong());
        Arrays.setAll(seams, i -> own.nextLong() & ~0xFFL | 1);
        return new MessageNotes(
                ordinal,
                "home/user/Maildir/cur/1795305900.M" + ordinal + "P1.host,S=10240,W=10400:2,S",
                SECTORS * 512L,
                1500,
                9000,
                10_400,
                SECTORS * 512L,
                10_400,
                new MessageNotes.Half(random.nextLong(), 1),
                new MessageNotes.Half(random.nextLong(), 1),
                random.nextLong(),
                random.nextLong(),
                false,
                Numbers.of(digests, SECTORS),
                Numbers.of(seams, SECTORS + 1),
                List.of(),
                List.of());
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static long peak() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong((MemoryPoolMXBean pool) -> pool.getPeakUsage().getUsed())
                .sum();
    }
}
