package org.understudy.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sets of UIDs must be what sorted sets of numbers are. */
final class UidRangesTest {
    private static final long TOP = 0xFFFF_FFFFL;

    private static UidRanges of(TreeSet<Long> uids) {
        return UidRanges.of(uids.stream().mapToLong(Long::longValue).toArray());
    }

    private static TreeSet<Long> some(Random random) {
        TreeSet<Long> uids = new TreeSet<>();
        int most = random.nextInt(40);
        long base = random.nextBoolean() ? 0 : TOP - 60;
        for (int i = 0; i < most; i++) {
            uids.add(base + 1 + random.nextInt(60));
        }
        return uids;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void agreesWithSortedSets(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 400; round++) {
            TreeSet<Long> a = some(random);
            TreeSet<Long> b = some(random);
            TreeSet<Long> both = new TreeSet<>(a);
            both.retainAll(b);
            TreeSet<Long> either = new TreeSet<>(a);
            either.addAll(b);
            TreeSet<Long> rest = new TreeSet<>(a);
            rest.removeAll(b);
            String what = "seed " + seed + ", round " + round + ": " + a + " and " + b;
            assertThat(of(a).plus(of(b))).as(what).isEqualTo(of(either));
            assertThat(of(a).minus(of(b))).as(what).isEqualTo(of(rest));
            assertThat(of(a).and(of(b))).as(what).isEqualTo(of(both));
            assertThat(of(a).plus(of(b)).hashCode()).isEqualTo(of(either).hashCode());
            positions(a, of(a), what);
        }
    }

    private static void positions(TreeSet<Long> model, UidRanges set, String what) {
        assertThat(set.size()).as(what).isEqualTo(model.size());
        List<Long> list = new ArrayList<>(model);
        for (int i = 0; i < list.size(); i++) {
            assertThat(set.at(i + 1)).as(what).isEqualTo(list.get(i));
            assertThat(set.positionOf(list.get(i))).as(what).isEqualTo(i + 1);
        }
        for (long base : new long[] {0, TOP - 62}) {
            for (long uid = base + 1; uid <= base + 62; uid++) {
                assertThat(set.contains(uid)).as(what + ", UID " + uid).isEqualTo(model.contains(uid));
                assertThat(set.countTo(uid))
                        .as(what + ", UID " + uid)
                        .isEqualTo(model.headSet(uid, true).size());
                if (!model.contains(uid)) {
                    assertThat(set.positionOf(uid)).isZero();
                }
            }
        }
        if (!model.isEmpty()) {
            assertThat(set.first()).isEqualTo(model.first());
            assertThat(set.last()).isEqualTo(model.last());
        }
    }

    @Test
    void rangesAreWrittenAsSequenceSets() {
        assertThat(UidRanges.of(1, 2, 3, 7, TOP)).hasToString("1:3,7,4294967295");
        assertThat(UidRanges.EMPTY).hasToString("");
        assertThat(UidRanges.range(5, 4)).isSameAs(UidRanges.EMPTY);
        assertThat(UidRanges.of(1, 2, 3, 7).ranges()).isEqualTo(2);
    }

    @Test
    void whatIsNoUidIsRefused() {
        assertThatThrownBy(() -> UidRanges.of(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> UidRanges.range(1, TOP + 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> UidRanges.of(3, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> UidRanges.of(3).at(2)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
