package org.understudy.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBatch;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Family;

/** A batch that is put together here is, octet for octet, the one that RocksDB makes of the same rows. */
final class BatchBytesTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 299, 300})
    void isAsRocksDbMakesIt(int rows) throws Exception {
        Random random = new Random(rows);
        byte[] head = rows == 1 ? new byte[0] : "head".getBytes(StandardCharsets.US_ASCII);
        try (org.rocksdb.Options options = new org.rocksdb.Options().setCreateIfMissing(true);
                RocksDB db = RocksDB.open(options, folder.toString());
                WriteBatch expected = new WriteBatch()) {
            Map<Family, ColumnFamilyHandle> families = new EnumMap<>(Family.class);
            List<Family> created = new ArrayList<>(List.of(Family.values()));
            if (rows % 2 == 0) {
                Collections.shuffle(created, random);
            }
            for (Family family : created) {
                families.put(family, db.createColumnFamily(new ColumnFamilyDescriptor(family.nameBytes())));
            }
            if (head.length > 0) {
                expected.putLogData(head);
            }
            List<Effect> effects = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Effect effect = new Effect(new Author.Session("ada", "x".repeat(random.nextInt(200))));
                expected.putLogData(effect.tag());
                for (int row = 0; row < rows; row++) {
                    Family family = Family.values()[random.nextInt(families.size())];
                    byte[] key = octets(random, 40);
                    if (random.nextInt(3) == 0) {
                        effect.delete(family, key);
                        expected.delete(families.get(family), key);
                    } else {
                        byte[] value = octets(random, row % 7 == 0 ? 40_000 : 300);
                        effect.put(family, key, value);
                        expected.put(families.get(family), key, value);
                    }
                }
                expected.putLogData(Effect.END);
                effects.add(effect);
            }
            byte[] made = BatchBytes.of(
                    head,
                    effects,
                    new BatchBytes.Numbers(families.entrySet().stream()
                            .collect(Collectors.toMap(
                                    Map.Entry::getKey, entry -> entry.getValue().getID()))));
            assertThat(made).isEqualTo(expected.data());
            families.values().forEach(ColumnFamilyHandle::close);
        }
    }

    @Test
    void numbersThatNeedTwoOctetsAreRefusedAtTheStart() {
        assertThatIllegalStateException()
                .isThrownBy(() -> new BatchBytes.Numbers(Map.of(Family.BODY, 128)))
                .withMessageContaining("body has the number 128, expected at most 127");
    }

    private static byte[] octets(Random random, int most) {
        byte[] octets = new byte[random.nextInt(most)];
        random.nextBytes(octets);
        return octets;
    }
}
