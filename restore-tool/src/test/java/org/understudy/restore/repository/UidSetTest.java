package org.understudy.restore.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class UidSetTest {
    @Test
    void slicesAndTextAreThoseOfTheUidsPutIn() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            TreeSet<Long> uids = new TreeSet<>();
            for (int i = random.nextInt(60); i > 0; i--) {
                uids.add(1L + random.nextInt(90));
            }
            UidSet.Builder builder = new UidSet.Builder();
            uids.forEach(builder::add);
            UidSet set = UidSet.parse(builder.build().toString());
            long[] all = uids.stream().mapToLong(Long::longValue).toArray();
            assertThat(set.size()).as("seed %s", seed).isEqualTo(all.length);
            for (int start = 0; start <= all.length; start += 7) {
                int end = Math.min(all.length, start + 11);
                assertThat(set.slice(start, 11))
                        .as("seed %s, from %s", seed, start)
                        .isEqualTo(java.util.Arrays.copyOfRange(all, start, end));
            }
            for (long uid = 1; uid < 95; uid++) {
                assertThat(set.contains(uid)).as("seed %s, UID %s", seed, uid).isEqualTo(uids.contains(uid));
            }
        }
    }

    @Test
    void refusesWhatIsNotAscendingUids() {
        for (String bad : new String[] {"0", "2,1", "1:3,3", "5:4", "4294967296", "a", "1,,2", "1:"}) {
            assertThatThrownBy(() -> UidSet.parse(bad)).as(bad).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(UidSet.parse("7,9:4294967295").size()).isEqualTo(1 + 4294967295L - 8);
    }
}
