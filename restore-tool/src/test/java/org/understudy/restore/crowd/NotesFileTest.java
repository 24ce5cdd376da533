package org.understudy.restore.crowd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.source.SourceMailbox;

final class NotesFileTest {
    private static final SourceMailbox INBOX = new SourceMailbox("ada", "INBOX");

    @TempDir
    Path folder;

    @Test
    void readsBackWhatWasNoted() throws IOException {
        Path file = folder.resolve("notes");
        try (NotesFile notes = NotesFile.create(file)) {
            notes.append(INBOX, 7, List.of(note(5, 3), note(7, 0)));
            notes.append(new SourceMailbox("bert", "Entwürfe"), 9, List.of(note(9, 1)));
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            NotesReader reader = new NotesReader(channel);
            assertThat(reader.begun()).isTrue();
            assertThat(reader.next()).isTrue();
            assertThat(reader.mailbox()).isEqualTo(INBOX);
            assertThat(reader.lastOrdinal()).isEqualTo(7);
            assertThat(reader.messages()).isEqualTo(2);
            assertThat(NotesCodec.bytes(reader.message())).isEqualTo(NotesCodec.bytes(note(5, 3)));
            assertThat(NotesCodec.bytes(reader.message())).isEqualTo(NotesCodec.bytes(note(7, 0)));
            assertThat(reader.next()).isTrue();
            assertThat(reader.mailbox().name()).isEqualTo("Entwürfe");
            assertThat(reader.message().owners()).containsExactly("ada@example.org");
            assertThat(reader.next()).isFalse();
            assertThat(reader.atEnd()).isTrue();
        }
    }

    @Test
    void goingOnDropsFramesOfItemsThatAreReadAgain() throws IOException {
        Path file = folder.resolve("notes");
        byte[] two;
        try (NotesFile notes = NotesFile.create(file)) {
            notes.append(INBOX, 3, List.of(note(3, 1)));
            notes.append(INBOX, 8, List.of(note(8, 1)));
            two = Files.readAllBytes(file);
            notes.append(INBOX, 12, List.of(note(12, 1)));
        }
        try (NotesFile notes = NotesFile.resume(file, 9)) {
            notes.force();
            assertThat(Files.readAllBytes(file)).isEqualTo(two);
        }
        assertThat(ordinals(file)).containsExactly(3L, 8L);
    }

    @Test
    void whatACrashCutShortIsDroppedWhereverItWasCut() throws IOException {
        Path file = folder.resolve("notes");
        byte[] one;
        try (NotesFile notes = NotesFile.create(file)) {
            notes.append(INBOX, 3, List.of(note(3, 2)));
            one = Files.readAllBytes(file);
            notes.append(INBOX, 8, List.of(note(8, 2)));
        }
        byte[] whole = Files.readAllBytes(file);
        for (int length = one.length; length < whole.length; length += 7) {
            Files.write(file, Arrays.copyOf(whole, length));
            try (NotesFile notes = NotesFile.resume(file, 100)) {
                notes.append(INBOX, 8, List.of(note(8, 2)));
            }
            assertThat(Files.readAllBytes(file)).as("cut at " + length).isEqualTo(whole);
        }
    }

    @Test
    void aChangedOctetEndsTheReadingAndIsTold() throws IOException {
        Path file = folder.resolve("notes");
        try (NotesFile notes = NotesFile.create(file)) {
            notes.append(INBOX, 3, List.of(note(3, 2)));
            notes.append(INBOX, 8, List.of(note(8, 2)));
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 5] ^= (byte) 1;
        Files.write(file, bytes);
        try (Clues clues = Crowd.conclude(file, new LocalUsers(List.of()), folder.resolve("comparing"))) {
            assertThat(clues.whole()).isFalse();
            assertThat(clues.messages()).isEqualTo(1);
        }
    }

    private List<Long> ordinals(Path file) throws IOException {
        List<Long> ordinals = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            NotesReader reader = new NotesReader(channel);
            assertThat(reader.begun()).isTrue();
            while (reader.next()) {
                while (reader.messages() > 0) {
                    ordinals.add(reader.message().ordinal());
                }
            }
        }
        return ordinals;
    }

    private static MessageNotes note(long ordinal, int sectors) {
        long[] digests = new long[sectors];
        long[] seams = new long[sectors + 1];
        Arrays.setAll(digests, i -> ordinal * 31 + i);
        Arrays.setAll(seams, i -> -ordinal - i);
        return new MessageNotes(
                ordinal,
                "ada/cur/" + ordinal,
                sectors * 512L + 9,
                40,
                60,
                70,
                -1,
                77,
                new MessageNotes.Half(ordinal, 2),
                new MessageNotes.Half(3, 4),
                5,
                6,
                ordinal % 2 == 0,
                Numbers.of(digests, sectors),
                Numbers.of(seams, sectors + 1),
                List.of("ada@example.org"),
                List.of(new MessageNotes.Span(8, 9)));
    }
}
