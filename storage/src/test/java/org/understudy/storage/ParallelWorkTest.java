package org.understudy.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ParallelWorkTest {
    @Test
    void everyElementIsInExactlyOnePartAndNeighboursStayTogether() {
        for (int length = 0; length < 12; length++) {
            List<Integer> all = IntStream.range(0, length).boxed().toList();
            for (int threads = 0; threads < 5; threads++) {
                ConcurrentLinkedQueue<List<Integer>> parts = new ConcurrentLinkedQueue<>();
                ParallelWork.inParts(all, threads, parts::add);
                List<Integer> seen = new ArrayList<>();
                parts.stream()
                        .sorted((a, b) ->
                                Integer.compare(a.isEmpty() ? 0 : a.getFirst(), b.isEmpty() ? 0 : b.getFirst()))
                        .forEach(seen::addAll);
                assertThat(seen).as("%d in %d", length, threads).isEqualTo(all);
                assertThat(parts).hasSize(Math.clamp(length, 1, Math.max(1, threads)));
            }
        }
    }

    @Test
    void partsAreWorkedOnAtTheSameTime() {
        CyclicBarrier both = new CyclicBarrier(2);
        ParallelWork.inParts(List.of(1, 2), 2, part -> {
            try {
                both.await(20, TimeUnit.SECONDS);
            } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                throw new IllegalStateException("the other part did not come", e);
            }
        });
        assertThat(both.isBroken()).isFalse();
    }

    @Test
    void aPartThatFailsIsToldAfterTheOthersHaveEnded() {
        ConcurrentLinkedQueue<Integer> done = new ConcurrentLinkedQueue<>();
        assertThatThrownBy(() -> ParallelWork.inParts(List.of(1, 2, 3), 3, part -> {
                    if (part.contains(1)) {
                        throw new IllegalArgumentException("one");
                    }
                    done.addAll(part);
                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("one");
        assertThat(done).containsExactlyInAnyOrder(2, 3);
    }
}
