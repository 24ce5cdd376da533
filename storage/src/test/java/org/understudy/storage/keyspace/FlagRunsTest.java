package org.understudy.storage.keyspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Runs of a chunk say the same as its messages one by one. */
final class FlagRunsTest {
    private static final byte[] KEY = Keys.flagChunk(new MailboxId(1), 0);

    @Test
    void runsAreTheMessagesOfTheChunk() {
        Random random = new Random(11);
        for (int round = 0; round < 500; round++) {
            long base = round % 5 == 0 ? 0xFFFF_FFFFL - FlagCodec.CHUNK_UIDS : 1 + random.nextInt(5_000);
            TreeMap<Long, FlagCodec.Packed> messages = new TreeMap<>();
            long bits = 0;
            int sticky = 1 + random.nextInt(40);
            for (long uid = base; uid < base + FlagCodec.CHUNK_UIDS; uid++) {
                if (random.nextInt(sticky) == 0) {
                    bits = random.nextBoolean() ? random.nextInt(4) : random.nextLong();
                }
                if (random.nextInt(sticky) != 0) {
                    messages.put(uid, new FlagCodec.Packed(false, random.nextLong(), bits, List.of()));
                }
            }
            long from = base + random.nextInt(FlagCodec.CHUNK_UIDS);
            long to = Math.min(0xFFFF_FFFFL, from + random.nextInt(FlagCodec.CHUNK_UIDS));
            boolean all = round % 3 == 0;
            Map<Long, Long> expected = new TreeMap<>();
            (all ? messages : messages.subMap(from, true, to, true))
                    .forEach((uid, packed) -> expected.put(uid, packed.bits()));

            Map<Long, Long> found = new TreeMap<>();
            List<Long> order = new ArrayList<>();
            FlagCodec.runs(
                    KEY,
                    FlagCodec.encodeChunk(messages),
                    all ? 1 : from,
                    all ? 0xFFFF_FFFFL : to,
                    (first, last, flags) -> {
                        order.add(first);
                        for (long uid = first; uid <= last; uid++) {
                            assertThat(found.put(uid, flags)).as("UID %d", uid).isNull();
                        }
                    });
            assertThat(found).isEqualTo(expected);
            assertThat(order).isSorted();
        }
    }

    @Test
    void messagesThatAreAlikeAreOneRun() {
        TreeMap<Long, FlagCodec.Packed> messages = new TreeMap<>();
        for (long uid = 10; uid < 900; uid++) {
            messages.put(uid, new FlagCodec.Packed(false, uid, uid == 500 ? 1 : 2, List.of()));
        }
        List<String> runs = new ArrayList<>();
        FlagCodec.runs(
                KEY,
                FlagCodec.encodeChunk(messages),
                1,
                800,
                (first, last, bits) -> runs.add(first + " to " + last + ": " + bits));
        assertThat(runs).containsExactly("10 to 499: 2", "500 to 500: 1", "501 to 800: 2");
    }

    @Test
    void aShortChunkIsRefused() {
        TreeMap<Long, FlagCodec.Packed> messages = new TreeMap<>();
        messages.put(3L, new FlagCodec.Packed(false, 4, 5, List.of()));
        byte[] chunk = FlagCodec.encodeChunk(messages);
        byte[] cut = Arrays.copyOf(chunk, chunk.length - 1);
        assertThatThrownBy(() -> FlagCodec.runs(KEY, cut, 1, 9, (first, last, bits) -> {}))
                .hasMessageContaining("cannot have 1 messages");
    }
}
