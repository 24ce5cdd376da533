package org.understudy.server.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimingTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static List<String> next(String timing, String after, ZoneId zone, int count) {
        Timing parsed = Timing.parse(timing).orElseThrow();
        List<String> times = new ArrayList<>();
        Instant at = Instant.parse(after);
        for (int i = 0; i < count; i++) {
            at = parsed.next(at, zone).orElseThrow();
            times.add(at.toString());
        }
        return times;
    }

    @Test
    void aDayWithoutThatTimeHasItsRunAnHourLater() {
        // 2026-03-29: 02:00 becomes 03:00
        assertThat(next("daily 02:30", "2026-03-27T20:00:00Z", BERLIN, 4))
                .containsExactly(
                        "2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z", "2026-03-31T00:30:00Z");
    }

    @Test
    void aDayThatHasThatTimeTwiceHasOneRun() {
        // 2026-10-25: 03:00 becomes 02:00
        assertThat(next("daily 02:30", "2026-10-23T20:00:00Z", BERLIN, 4))
                .containsExactly(
                        "2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z", "2026-10-27T01:30:00Z");
        assertThat(next("daily 02:30", "2026-10-25T00:30:00Z", BERLIN, 1)).containsExactly("2026-10-26T01:30:00Z");
    }

    @Test
    void aWeekIsCountedByTheCalendar() {
        assertThat(next("weekly sunday 04:00", "2026-03-18T00:00:00Z", BERLIN, 3))
                .containsExactly("2026-03-22T03:00:00Z", "2026-03-29T02:00:00Z", "2026-04-05T02:00:00Z");
        assertThat(next("weekly sun 04:00", "2026-03-22T03:00:00Z", BERLIN, 1)).containsExactly("2026-03-29T02:00:00Z");
    }

    @Test
    void everySoOftenKnowsNoCalendar() {
        assertThat(next("every 6 h", "2026-03-28T22:00:00Z", BERLIN, 2))
                .containsExactly("2026-03-29T04:00:00Z", "2026-03-29T10:00:00Z");
        assertThat(Timing.parse("never").orElseThrow().next(Instant.EPOCH, ZoneOffset.UTC))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "every 6 h, every 6 h",
        "Every 90 Minutes, every 90 min",
        "every 2d, every 2 d",
        "every 48 h, every 2 d",
        "daily 02:30, daily 02:30",
        "weekly Tuesday 23:59, weekly tuesday 23:59",
        "NEVER, never"
    })
    void textsAreReadAndWritten(String given, String written) {
        Timing timing = Timing.parse(given).orElseThrow();
        assertThat(timing.text()).isEqualTo(written);
        assertThat(Timing.parse(timing.text())).contains(timing);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "daily",
                "daily 25:00",
                "every 0 h",
                "every h",
                "weekly noday 02:30",
                "hourly",
                "daily 2:30",
                "every 5 s"
            })
    void otherTextsAreNot(String text) {
        assertThat(Timing.parse(text)).isEmpty();
    }
}
