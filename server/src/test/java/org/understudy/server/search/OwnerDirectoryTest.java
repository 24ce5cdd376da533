package org.understudy.server.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory that is carried along is the one that rows would give. */
final class OwnerDirectoryTest {
    @Test
    void carriedAlongItIsAsReadAnew() {
        Random random = new Random(7);
        TreeMap<Long, Integer> expected = new TreeMap<>();
        OwnerDirectory directory = OwnerDirectory.of(3, new long[0], new int[0], 0, 0);
        List<Long> inOrderOfRows = new ArrayList<>();
        int segments = 0;
        for (int step = 0; step < 200; step++) {
            TreeSet<Long> added = new TreeSet<>();
            for (int i = random.nextInt(40); i > 0; i--) {
                long body = random.nextLong(10_000);
                if (!expected.containsKey(body)) {
                    added.add(body);
                }
            }
            directory = directory.plus(added.stream().mapToLong(Long::longValue).toArray());
            added.forEach(body -> expected.put(body, OwnerDirectory.WAITING));
            inOrderOfRows.addAll(added);
            if (directory.waiting() >= 100) {
                long[] sealed = expected.entrySet().stream()
                        .filter(entry -> entry.getValue() == OwnerDirectory.WAITING)
                        .limit(100)
                        .mapToLong(java.util.Map.Entry::getKey)
                        .toArray();
                for (int i = 0; i < sealed.length; i++) {
                    expected.put(sealed[i], segments * Postings.SEGMENT + i);
                }
                segments++;
                directory = directory.sealed(sealed);
            }
            isAs(expected, directory);
        }
        assertThat(segments).isGreaterThan(10);
        assertThat(directory.segments()).isEqualTo(segments);
        OwnerDirectory read = OwnerDirectory.of(
                3,
                inOrderOfRows.stream().mapToLong(Long::longValue).toArray(),
                inOrderOfRows.stream().mapToInt(expected::get).toArray(),
                segments,
                directory.waiting());
        isAs(expected, read);
    }

    @Test
    void directoriesInMemoryAreBoundedByTheirBodies(@TempDir Path folder) {
        try (SearchIndex index = SearchIndex.open(folder.resolve("search"), 8 << 20, "store", 1_000)) {
            for (int owner = 0; owner < 50; owner++) {
                index.changed(OwnerDirectory.of(owner, new long[] {1}, new int[1], 1, 0));
            }
            assertThat(index.directoriesKept()).isEqualTo(50);
            for (int owner = 0; owner < 50; owner++) {
                long[] bodies = LongStream.range(0, 100).toArray();
                index.changed(OwnerDirectory.of(owner, bodies, new int[100], 1, 0));
            }
            assertThat(index.directoriesKept()).isEqualTo(1_000 / 116);
            OwnerDirectory large =
                    OwnerDirectory.of(7, LongStream.range(0, 2_000).toArray(), new int[2_000], 1, 0);
            index.changed(large);
            assertThat(index.directoriesKept()).isEqualTo(1);
            assertThat(index.directory(7)).isSameAs(large);
            assertThat(index.directory(8).size()).as("no rows were written").isZero();
        }
    }

    private static void isAs(TreeMap<Long, Integer> expected, OwnerDirectory directory) {
        assertThat(directory.size()).isEqualTo(expected.size());
        assertThat(directory.waiting()).isEqualTo((int) expected.values().stream()
                .filter(place -> place == OwnerDirectory.WAITING)
                .count());
        expected.forEach((body, place) ->
                assertThat(directory.place(body)).as("body %d", body).isEqualTo(place));
    }
}
