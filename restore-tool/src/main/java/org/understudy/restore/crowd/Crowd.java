package org.understudy.restore.crowd;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.understudy.restore.crowd.Clue.Kind;

/**
 * Compares all messages of a notes file. Heap: 64 MiB while the sectors are sorted, half a MiB of counts, 16 KiB for each
 * 32 MiB of index read back; files in the folder: 16 octets for each sector and 32 for each message.
 */
public final class Crowd {
    private static final int SECTOR_PORTION = 1 << 21;
    private static final int PORTION = 1 << 18;

    private final FileChannel notes;
    private final LocalUsers users;
    private final Roll roll;
    private final ClueSheet sheet;
    private final Path folder;
    private final byte[] words = new byte[1 << Seam.WORD_BITS];
    private final Joins joins = new Joins();
    private boolean whole;

    private Crowd(FileChannel notes, LocalUsers users, Roll roll, ClueSheet sheet, Path folder) {
        this.notes = notes;
        this.users = users;
        this.roll = roll;
        this.sheet = sheet;
        this.folder = folder;
    }

    /**
     * Compares.
     *
     * @param users whom addresses may mean, apart from the users in the notes, who are added
     * @param folder for temporary files; emptied, or made
     * @throws InterruptedIOException if the thread was interrupted, and its status stays set
     */
    public static Clues conclude(Path file, LocalUsers users, Path folder) throws IOException {
        clear(folder);
        Files.createDirectories(folder);
        FileChannel notes = FileChannel.open(file, StandardOpenOption.READ);
        Roll roll = null;
        ClueSheet sheet = null;
        try {
            roll = new Roll(notes, folder.resolve("roll"));
            sheet = new ClueSheet(folder);
            Crowd crowd = new Crowd(notes, users, roll, sheet, folder);
            crowd.compare();
            return new Clues(notes, roll, sheet, users, crowd.whole);
        } catch (IOException | RuntimeException | Error e) {
            close(e, sheet);
            close(e, roll);
            close(e, notes);
            throw e;
        }
    }

    private static void close(Throwable fault, java.io.@org.jspecify.annotations.Nullable Closeable open) {
        try {
            if (open != null) {
                open.close();
            }
        } catch (IOException e) {
            fault.addSuppressed(e);
        }
    }

    /** Deletes the folder with what a process left there that was cut short. */
    public static void clear(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path one : files.toList()) {
                Files.delete(one);
            }
        }
        Files.delete(folder);
    }

    private void compare() throws IOException {
        try (PairSorter sectors = new PairSorter(folder.resolve("sectors"), SECTOR_PORTION);
                PairSorter ids = new PairSorter(folder.resolve("ids"), PORTION);
                PairSorter raws = new PairSorter(folder.resolve("raws"), PORTION);
                PairSorter swaps = new PairSorter(folder.resolve("swaps"), PORTION);
                PairSorter strays = new PairSorter(folder.resolve("strays"), PORTION)) {
            read(sectors, ids, raws, swaps, strays);
            sectors(sectors);
            CopyJudge copies = new CopyJudge(this::tell);
            groups(ids, CopyJudge.GROUP, copies::group);
            FileJudge files = new FileJudge(this::tell);
            groups(raws, FileJudge.GROUP, files::copies);
            groups(swaps, FileJudge.GROUP, files::swaps);
            strays.drain((number, same) -> {
                Roll.Entry entry = roll.entry(number);
                if (!users.others(entry.mailbox().user(), entry.notes().owners())
                        .isEmpty()) {
                    tell(entry, new Clue(Kind.OWNER, number, 0, 0, number, 0));
                }
            });
        }
        sheet.sort();
    }

    private void read(PairSorter sectors, PairSorter ids, PairSorter raws, PairSorter swaps, PairSorter strays)
            throws IOException {
        NotesReader reader = new NotesReader(notes);
        boolean begun = reader.begun();
        while (begun && reader.next()) {
            stopIfInterrupted();
            users.add(reader.mailbox().user());
            while (reader.messages() > 0) {
                long at = reader.messageAt();
                MessageNotes one = reader.message();
                long firstSector = roll.sectors();
                long number = roll.add(
                        at,
                        reader.messageAt() - at,
                        reader.frameAt(),
                        one.sectors().size());
                sectors(one, firstSector, sectors);
                raws.add(one.raw().first(), number);
                if (one.messageId() != 0) {
                    ids.add(one.messageId(), number);
                }
                if (FileJudge.misnamed(one)) {
                    swaps.add(FileJudge.swapKey(one), number);
                }
                if (!one.owners().isEmpty()) {
                    users.learn(reader.mailbox().user(), one.owners());
                    if (!users.mayOwn(reader.mailbox().user(), one.owners())) {
                        strays.add(number, number);
                    }
                }
            }
        }
        whole = begun && reader.atEnd();
        roll.flush();
    }

    private void sectors(MessageNotes one, long firstSector, PairSorter sectors) throws IOException {
        for (int i = 0; i < one.sectors().size(); i++) {
            if (one.sectors().at(i) != 0) {
                sectors.add(
                        one.sectors().at(i),
                        BlockJudge.packed(
                                firstSector + i, one.seams().at(i), one.seams().at(i + 1)));
            }
            int word = Seam.word(one.seams().at(i));
            if (word != 0 && words[word] < Byte.MAX_VALUE) {
                words[word]++;
            }
            joins.learn(Seam.join(one.seams().at(i)));
        }
    }

    private void sectors(PairSorter sorted) throws IOException {
        BlockJudge judge = new BlockJudge(roll, words, joins, this::tell);
        long[] group = new long[BlockJudge.GROUP];
        long[] state = new long[2];
        sorted.drain((digest, packed) -> {
            if (digest != state[0]) {
                finish(judge, group, state);
                state[0] = digest;
            }
            if (state[1] < group.length) {
                group[(int) state[1]++] = packed;
            }
        });
        finish(judge, group, state);
    }

    private static void finish(BlockJudge judge, long[] group, long[] state) throws IOException {
        stopIfInterrupted();
        if (state[1] > 1) {
            judge.group(group, (int) state[1]);
        }
        state[1] = 0;
    }

    private interface Group {
        void accept(List<Roll.Entry> entries) throws IOException;
    }

    /** Gives messages of equal key, two and more. */
    private void groups(PairSorter sorted, int most, Group sink) throws IOException {
        List<Long> group = new ArrayList<>();
        long[] key = new long[1];
        sorted.drain((next, number) -> {
            if (next != key[0]) {
                finish(group, sink);
                key[0] = next;
            }
            if (group.size() < most) {
                group.add(number);
            }
        });
        finish(group, sink);
    }

    private void finish(List<Long> group, Group sink) throws IOException {
        stopIfInterrupted();
        if (group.size() > 1) {
            List<Roll.Entry> entries = new ArrayList<>();
            for (long number : group) {
                entries.add(roll.entry(number));
            }
            sink.accept(entries);
        }
        group.clear();
    }

    private void tell(Roll.Entry about, Clue clue) throws IOException {
        sheet.add(about.notes().ordinal(), clue);
    }

    private static void stopIfInterrupted() throws InterruptedIOException {
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while messages were compared");
        }
    }
}
