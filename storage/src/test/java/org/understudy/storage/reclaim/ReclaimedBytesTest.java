package org.understudy.storage.reclaim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Holds the row of reclaimed bodies to docs/on-disk-format.md#reclaimed-bodies, and the set of ids to a plain one. */
class ReclaimedBytesTest {
    @Test
    void aRowIsOctetsAndBits() {
        ReclaimedBodies.Row row = new ReclaimedBodies.Row(1, 0, new byte[128])
                .with(1024, 3)
                .with(1033, 255)
                .with(2047, 0);
        assertThat(HexFormat.of().formatHex(ReclaimedBodies.encode(row)))
                .isEqualTo("01" + "0000000000000102" + "01" + "02" + "00".repeat(125) + "80");
        assertThat(row.has(1033)).isTrue();
        assertThat(row.has(1034)).isFalse();
    }

    @Test
    void aSetOfIdsIsASet() {
        Random random = new Random(1);
        IdSet set = new IdSet();
        TreeSet<Long> model = new TreeSet<>();
        for (int i = 0; i < 20_000; i++) {
            long id = (random.nextBoolean() ? 1L << 40 : 0) + random.nextInt(200_000);
            if (random.nextInt(3) > 0) {
                assertThat(set.add(id)).isEqualTo(model.add(id));
            } else {
                assertThat(set.remove(id)).isEqualTo(model.remove(id));
            }
            assertThat(set.has(id)).isEqualTo(model.contains(id));
        }
        List<Long> given = new ArrayList<>();
        set.each(given::add);
        assertThat(given).containsExactlyElementsOf(model);
        assertThat(set.size()).isEqualTo(model.size());
    }
}
