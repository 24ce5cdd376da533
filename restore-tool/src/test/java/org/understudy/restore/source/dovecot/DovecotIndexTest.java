package org.understudy.restore.source.dovecot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.source.dovecot.DovecotIndex.Says;
import org.understudy.storage.keyspace.Flags;

final class DovecotIndexTest {
    @TempDir
    Path folder;

    @Test
    void withoutAnIndexNothingIsSaid() {
        assertThat(DovecotIndex.read(folder).of(1)).isEqualTo(Says.NOTHING);
    }

    @Test
    void aLogFromTheBeginningIsEnough() throws Exception {
        write(
                "dovecot.index.log",
                new IndexLog(7, 2)
                        .append(1, 2, 3, 4, 9)
                        .flags(1, 9, 4, 0)
                        .expunge(2, 3)
                        .request(9));
        assertThat(says(1, 2, 3, 4, 9, 10))
                .containsExactly(Says.PRESENT, Says.EXPUNGED, Says.EXPUNGED, Says.PRESENT, Says.EXPUNGED, Says.NOTHING);
    }

    @Test
    void aLogThatFollowsAnotherIsNotEnough() throws Exception {
        write("dovecot.index.log", new IndexLog(7, 3, 2, IndexLog.LITTLE_ENDIAN).append(5));
        assertThat(says(1, 5)).containsExactly(Says.NOTHING, Says.NOTHING);
    }

    @Test
    void theIndexIsReadWithTheLogFromWhereItEnds() throws Exception {
        IndexLog log = new IndexLog(7, 2).append(1, 2, 3);
        int upTo = log.size();
        write("dovecot.index.log", log.expunge(3, 3).append(6));
        Files.write(folder.resolve("dovecot.index"), IndexLog.index(7, 4, 2, upTo, 1, 3));
        assertThat(says(1, 2, 3, 5, 6, 7))
                .containsExactly(Says.PRESENT, Says.EXPUNGED, Says.EXPUNGED, Says.EXPUNGED, Says.PRESENT, Says.NOTHING);
    }

    @Test
    void aRotatedLogIsReadFirst() throws Exception {
        IndexLog older = new IndexLog(7, 2).append(1, 2);
        int upTo = older.size();
        older.append(3, 4);
        Files.write(folder.resolve("dovecot.index"), IndexLog.index(7, 3, 2, upTo, 1, 2));
        write("dovecot.index.log", new IndexLog(7, 3, 2, IndexLog.LITTLE_ENDIAN).expunge(4, 4));
        assertThat(says(3)).as("the older log is missing").containsExactly(Says.NOTHING);
        write("dovecot.index.log.2", older);
        assertThat(says(1, 3, 4, 5)).containsExactly(Says.PRESENT, Says.PRESENT, Says.EXPUNGED, Says.NOTHING);
    }

    @Test
    void flagsAreThoseOfTheLastChange() throws Exception {
        IndexLog log = new IndexLog(7, 2).append(1, 2, 3);
        int upTo = log.size();
        write("dovecot.index.log", log.flags(1, 2, 1, 8).flags(2, 2, 2, 0xff).expunge(3, 3));
        Files.write(folder.resolve("dovecot.index"), IndexLog.index(7, 4, 2, upTo, 1, 2, 3));
        DovecotIndex index = DovecotIndex.read(folder);
        assertThat(index.flags(1)).isEqualTo(Flags.NONE.with(Flags.ANSWERED));
        assertThat(index.flags(2)).isEqualTo(Flags.NONE.with(Flags.FLAGGED));
        assertThat(index.flags(3)).isNull();
        assertThat(index.flags(4)).isNull();
    }

    @Test
    void keywordsAndWhatFormatsKeepAreThoseOfTheLastChange() throws Exception {
        write(
                "dovecot.index.log",
                new IndexLog(7, 2)
                        .uidValidity(1_700_000_123)
                        .append(1, 2, 3)
                        .keyword("$Forwarded", 1, 2)
                        .extension("map", 12, 8)
                        .extensionHeader(IndexLog.ints(9, 0))
                        .data(2, IndexLog.ints(1, 16, 400))
                        .extension("ref", 2, 0)
                        .increase(1, 1)
                        .increase(2, 2)
                        .increase(2, -1)
                        .keyword("work", 2, 2)
                        .extension(1, 12, 8)
                        .data(3, IndexLog.ints(4, 5, 6)));
        DovecotIndex index = DovecotIndex.read(folder, "dovecot.index", java.util.Set.of("map", "ref"));
        assertThat(index.uidValidity()).isEqualTo(1_700_000_123);
        assertThat(index.uids()).containsExactly(1L, 2L, 3L);
        assertThat(index.allFlags(1).keywords()).containsExactly("$Forwarded");
        assertThat(index.allFlags(2).keywords()).containsExactly("$Forwarded", "work");
        assertThat(index.allFlags(3).keywords()).isEmpty();
        assertThat(index.data(2, "map")).isEqualTo(IndexLog.ints(1, 16, 400));
        assertThat(index.data(3, "map"))
                .as("number 1 is the second extension: keywords are the first")
                .isEqualTo(IndexLog.ints(4, 5, 6));
        assertThat(index.data(2, "ref")).containsExactly(1, 0);
        assertThat(index.header("map")).startsWith(9, 0, 0, 0);
        assertThat(index.data(9, "map")).isEmpty();
    }

    @Test
    void whatCannotBeReadIsSaid() throws Exception {
        assertThat(DovecotIndex.read(folder).condition()).isEqualTo("there is no dovecot.index");
        Files.write(folder.resolve("dovecot.index"), IndexLog.index(7, 4, 2, 40, 1, 3));
        DovecotIndex index = DovecotIndex.read(folder);
        assertThat(index.isSound()).isFalse();
        assertThat(index.condition()).contains("dovecot.index.log, which holds the latest changes, is missing");
        assertThat(index.uids()).as("what it has is given all the same").containsExactly(1L, 3L);
    }

    @Test
    void filesThatDoNotBelongTogetherOrAreOfAnotherMachineSayNothing() throws Exception {
        write("dovecot.index.log", new IndexLog(8, 2).append(1));
        Files.write(folder.resolve("dovecot.index"), IndexLog.index(7, 2, 2, 40, 1));
        assertThat(says(1)).containsExactly(Says.NOTHING);
        Files.delete(folder.resolve("dovecot.index"));
        assertThat(says(1)).containsExactly(Says.PRESENT);
        write("dovecot.index.log", new IndexLog(8, 2, 0, 0).append(1));
        assertThat(says(1)).containsExactly(Says.NOTHING);
        write("dovecot.index.log", new IndexLog(0, 2).append(1));
        assertThat(says(1)).as("marked as corrupted by Dovecot").containsExactly(Says.NOTHING);
    }

    @Test
    void noContentMakesItThrow() throws Exception {
        byte[] log = new IndexLog(7, 2).append(1, 2, 3, 4).expunge(2, 3).bytes();
        byte[] index = IndexLog.index(7, 4, 2, 40, 1, 2);
        Random random = new Random(11);
        for (int round = 0; round < 3000; round++) {
            byte[] one = random.nextInt(5) == 0 ? Arrays.copyOf(log, random.nextInt(log.length)) : log.clone();
            byte[] two = index.clone();
            for (int i = 0; i < 3; i++) {
                if (one.length > 0) {
                    one[random.nextInt(one.length)] = (byte) random.nextInt(256);
                }
                two[random.nextInt(two.length)] = (byte) random.nextInt(256);
            }
            Files.write(folder.resolve("dovecot.index.log"), one);
            Files.write(folder.resolve("dovecot.index"), two);
            assertThat(DovecotIndex.read(folder).of(1)).as("round %d", round).isNotNull();
        }
    }

    private java.util.List<Says> says(long... uids) {
        DovecotIndex index = DovecotIndex.read(folder);
        return Arrays.stream(uids).mapToObj(index::of).toList();
    }

    private void write(String name, IndexLog log) throws IOException {
        Files.write(folder.resolve(name), log.bytes());
    }
}
