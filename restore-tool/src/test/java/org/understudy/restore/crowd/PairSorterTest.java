package org.understudy.restore.crowd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PairSorterTest {
    private record Pair(long key, long value) {}

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 900, 5_000, 20_000, 65_536})
    void sortsUnsignedAndKeepsTheOrderOfEquals(int count) throws IOException {
        Random random = new Random(count);
        List<Pair> expected = new ArrayList<>();
        List<Pair> found = new ArrayList<>();
        try (PairSorter sorter = new PairSorter(folder.resolve("pairs"), 5_000)) {
            for (int i = 0; i < count; i++) {
                long key = i % 3 == 0 ? random.nextInt(50) : random.nextLong();
                sorter.add(key, i);
                expected.add(new Pair(key, i));
            }
            sorter.drain((key, value) -> found.add(new Pair(key, value)));
        }
        expected.sort(Comparator.comparing(Pair::key, Long::compareUnsigned));
        assertThat(found).isEqualTo(expected);
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).as("files left behind").isEmpty();
        }
    }
}
