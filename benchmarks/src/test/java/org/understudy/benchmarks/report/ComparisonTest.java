package org.understudy.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static Sample sample(String server, Kind kind, int repetition, double value, double cpu, double foreign) {
        return new Sample(
                server, "append", "4 KiB, 8", kind, repetition, value, 100, 1, cpu, 0.1, foreign, false, Map.of());
    }

    @Test
    void warmUpsAndDisturbedRepetitionsDoNotCount() {
        Comparison comparison = Comparison.of(
                List.of(
                        sample("understudy", Kind.RATE, 0, 1, 9, 0),
                        sample("understudy", Kind.RATE, 1, 3_000, 0.2, 0.05),
                        sample("understudy", Kind.RATE, 2, 10, 5, 0.9),
                        sample("mdbox", Kind.RATE, 1, 1_000, 0.8, 0),
                        sample("maildir", Kind.RATE, 1, 500, 0.1, 0)),
                "understudy");
        Comparison.Row row = comparison.rows().get(0);
        assertThat(row.best()).contains("mdbox");
        assertThat(row.ratio().orElseThrow()).isCloseTo(3, within(1e-9));
        assertThat(row.cpuRatio().orElseThrow()).isCloseTo(4, within(1e-9));
    }

    @Test
    void lessIsBetterOfLatencyAndMemory() {
        for (Kind kind : List.of(Kind.LATENCY, Kind.MEMORY)) {
            Comparison.Row row = Comparison.of(
                            List.of(
                                    sample("understudy", kind, 1, 2, 1, 0),
                                    sample("mdbox", kind, 1, 16, 1, 0),
                                    sample("maildir", kind, 1, 8, 1, 0)),
                            "understudy")
                    .rows()
                    .get(0);
            assertThat(row.best()).contains("maildir");
            assertThat(row.ratio().orElseThrow()).isCloseTo(4, within(1e-9));
        }
    }

    @Test
    void onlyDisturbedRepetitionsAreMarkedAndAloneThereIsNoRatio() {
        Comparison comparison = Comparison.of(List.of(sample("understudy", Kind.RATE, 1, 5, 1, 0.5)), "understudy");
        assertThat(comparison.rows().get(0).ratio()).isEmpty();
        assertThat(Table.of(comparison, List.of("x failed"))).contains("~5.00", "FAILED x failed");
        assertThat(Picture.svg(comparison, "a < b"))
                .contains("a &lt; b")
                .startsWith("<svg ")
                .endsWith("</svg>\n");
    }
}
