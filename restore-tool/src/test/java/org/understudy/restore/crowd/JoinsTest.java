package org.understudy.restore.crowd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What joins say after text of one kind was learned. */
final class JoinsTest {
    private final Joins joins = new Joins();

    @Test
    void whatIsWrittenThereReadsOn() {
        learn(Letters.text(1, 400));
        assertThat(fit("th", "e ")).isGreaterThan(0.9);
        assertThat(fit("TH", "E ")).isEqualTo(fit("th", "e "));
        assertThat(fit("th", "xq")).isLessThan(-1);
        assertThat(fit("ga", "hw")).isLessThan(-1);
    }

    @Test
    void whereLittleWasLearnedNothingIsSaid() {
        assertThat(joins.fit(0)).isZero();
        assertThat(fit("th", "e ")).isBetween(-0.5, 0.5);
        learn("the ");
        assertThat(fit("th", "xq")).isBetween(-1.0, 1.0);
    }

    @Test
    void aJoinDoesNotSpeakForItself() {
        learn(Letters.text(1, 400));
        double before = fit("qj", "zx");
        joins.learn(join("qj", "zx"));
        assertThat(fit("qj", "zx")).isBetween(before - 0.2, before + 0.2);
    }

    private void learn(String text) {
        byte[] octets = Letters.bytes(text);
        for (int bound = 2; bound <= octets.length - 2; bound++) {
            joins.learn(Joins.of(octets, bound));
        }
    }

    private double fit(String before, String after) {
        return joins.fit(join(before, after));
    }

    private static int join(String before, String after) {
        return Joins.of((before + after).getBytes(StandardCharsets.ISO_8859_1), 2);
    }
}
