package org.understudy.restore.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

class UntilTest {
    private static final Instant NOW = Instant.parse("2026-11-22T05:00:00Z");

    @Test
    void spansBeginNowAndDaysEndAtMidnight() {
        assertThat(Until.parse("12h", NOW)).isEqualTo("2026-11-22T17:00:00Z");
        assertThat(Until.parse(" 7 D", NOW)).isEqualTo("2026-11-29T05:00:00Z");
        assertThat(Until.parse("2w", NOW)).isEqualTo("2026-12-06T05:00:00Z");
        assertThat(Until.parse("2026-11-22", NOW)).isEqualTo("2026-11-23T00:00:00Z");
        assertThat(Until.parse("2026-12-31", NOW)).isEqualTo("2027-01-01T00:00:00Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "0d", "-1d", "7y", "soon", "2026-02-30", "2026-11-21", "31.12.2026"})
    void whatIsNoTimeToComeIsRefusedWithTheForms(String text) {
        assertThatThrownBy(() -> Until.parse(text, NOW)).isInstanceOfSatisfying(OperatorException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.USAGE);
            assertThat(e.hint()).contains("7d", "2026-12-31");
        });
    }
}
