package org.understudy.server.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;

class TraceTest {
    private static final String ID = "4bf92f3577b34da6a3ce929d0e0e4736";

    private final Random random = new Random(7);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "00-" + ID + "-00f067aa0ba902b7-01",
                "00-" + ID + "-00f067aa0ba902b7-00",
                "01-" + ID + "-00f067aa0ba902b7-01-of-a-later-version"
            })
    void aClientsTraceIsKept(String traceparent) {
        assertThat(Trace.of(Optional.of(traceparent), random).id()).isEqualTo(ID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ID,
                "ff-" + ID + "-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-" + ID + "-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "00-" + ID + "-00f067aa0ba902b7-01\r\nX: y",
                "00-" + ID + "-00f067aa0ba902b7"
            })
    void whatIsNoTraceparentIsNotRepeated(String traceparent) {
        assertThat(Trace.of(Optional.of(traceparent), random).id())
                .matches("[0-9a-f]{32}")
                .isNotEqualTo(ID);
    }

    @Test
    void requestsAreCalledDifferently() {
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            ids.add(Trace.of(Optional.empty(), random).id());
        }
        assertThat(ids).hasSize(1_000);
    }

    @Test
    void linesHaveItWhileSomethingRunsAndNotAfter() {
        AtomicReference<String> seen = new AtomicReference<>();
        new Trace(ID).in(() -> seen.set(MDC.get(Trace.MDC_KEY)));
        assertThat(seen.get()).isEqualTo(ID);
        assertThat(Trace.here()).isNull();
    }
}
