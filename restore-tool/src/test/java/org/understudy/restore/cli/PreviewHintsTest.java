package org.understudy.restore.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.plan.PlanTotals;
import org.understudy.restore.plan.SkipReason;
import org.understudy.restore.workflow.PreviewRestore;

class PreviewHintsTest {
    private static String hints(long added, long flags, Map<SkipReason, Long> skipped) {
        long messages =
                added + skipped.values().stream().mapToLong(Long::longValue).sum();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        PreviewVerb.hints(
                new PreviewRestore.Result(
                        "r-20260527-3fa9",
                        RestoreState.PLANNED,
                        "4be1c02a77d9",
                        new PlanTotals(messages, added, 0, 100 * added, 0, flags, skipped, List.of()),
                        List.of(),
                        0,
                        "plan.json",
                        1),
                out);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void tellsHowExpungedMailComesBackWhereNothingElseWould() {
        assertThat(hints(0, 0, Map.of(SkipReason.EXPUNGED_BY_USER, 3L, SkipReason.ALREADY_LIVE, 2L)))
                .isEqualTo(
                        "HINT: this plan changes nothing: what live lacks was expunged by its users. If they did not mean"
                                + " it, 'understudy restore preview r-20260527-3fa9 --include-expunged' brings 3 messages back.\n");
    }

    @Test
    void saysNothingOfItWhereThePlanBringsMailOrFlags() {
        assertThat(hints(1, 0, Map.of(SkipReason.EXPUNGED_BY_USER, 3L))).isEmpty();
        assertThat(hints(0, 1, Map.of(SkipReason.EXPUNGED_BY_USER, 3L))).isEmpty();
        assertThat(hints(0, 0, Map.of(SkipReason.ALREADY_LIVE, 5L))).isEmpty();
    }
}
