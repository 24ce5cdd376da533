package org.understudy.restore.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.understudy.restore.retention.RetentionRules.Candidate;

class RetentionRulesTest {
    private static final Instant MIDNIGHT = Instant.parse("2026-05-27T00:00:00Z");

    /** Every six hours, for so many days, oldest first; ids are their times. */
    private static List<Candidate> everySixHours(int days) {
        List<Candidate> all = new ArrayList<>();
        for (int i = 4 * days; i >= 0; i--) {
            Instant at = MIDNIGHT.minus(Duration.ofHours(6L * i));
            all.add(new Candidate(at.toString(), at, true));
        }
        return all;
    }

    private static Candidate at(String time, boolean sound) {
        return new Candidate(time, Instant.parse(time), sound);
    }

    @Test
    void withoutARuleEverythingStays() {
        List<Candidate> all = everySixHours(3);
        assertThat(RetentionRules.KEEP_ALL.keep(all)).hasSize(all.size());
        assertThat(RetentionRules.KEEP_ALL.keep(List.of())).isEmpty();
    }

    @Test
    void dailyKeepsTheNewestOfEachDay() {
        assertThat(new RetentionRules(0, 0, 3, 0, 0, 0).keep(everySixHours(10)))
                .containsOnlyKeys("2026-05-27T00:00:00Z", "2026-05-26T18:00:00Z", "2026-05-25T18:00:00Z");
    }

    @Test
    void daysWithoutASnapshotDoNotCount() {
        assertThat(new RetentionRules(0, 0, 2, 0, 0, 0)
                        .keep(List.of(
                                at("2026-01-01T10:00:00Z", true),
                                at("2026-03-01T10:00:00Z", true),
                                at("2026-05-01T10:00:00Z", true))))
                .containsOnlyKeys("2026-05-01T10:00:00Z", "2026-03-01T10:00:00Z");
    }

    @Test
    void weeksAreIsoWeeksAndAYearOfWeeksMayBeginInTheYearBefore() {
        // 2025-12-29 is a Monday of week 1 of 2026; 2025-12-28 the Sunday of week 52 of 2025.
        assertThat(new RetentionRules(0, 0, 0, 2, 0, 0)
                        .keep(List.of(
                                at("2025-12-27T10:00:00Z", true),
                                at("2025-12-28T10:00:00Z", true),
                                at("2025-12-29T10:00:00Z", true),
                                at("2026-01-01T10:00:00Z", true))))
                .containsOnlyKeys("2026-01-01T10:00:00Z", "2025-12-28T10:00:00Z");
    }

    @Test
    void rulesAddUpAndSayWhatTheyWant() {
        var kept = new RetentionRules(2, 1, 1, 1, 2, 1).keep(everySixHours(60));
        assertThat(kept.get("2026-05-27T00:00:00Z"))
                .contains("newest", "last 2", "daily 2026-05-27", "monthly 2026-05", "yearly 2026");
        assertThat(kept.get("2026-05-26T18:00:00Z")).containsExactly("last 2");
        assertThat(kept.get("2026-04-30T18:00:00Z")).containsExactly("monthly 2026-04");
        assertThat(kept).hasSize(3);
    }

    @Test
    void damagedSnapshotDoesNotStandForItsDayWhileASoundOneCan() {
        List<Candidate> all = List.of(
                at("2026-05-25T06:00:00Z", true),
                at("2026-05-25T18:00:00Z", false),
                at("2026-05-26T06:00:00Z", true),
                at("2026-05-26T18:00:00Z", false));
        assertThat(new RetentionRules(0, 0, 2, 0, 0, 0).keep(all))
                .as("the newest stays in any case, and beside it the sound one of each day")
                .containsOnlyKeys("2026-05-26T18:00:00Z", "2026-05-26T06:00:00Z", "2026-05-25T06:00:00Z");
    }

    @Test
    void dayThatHasOnlyADamagedOneKeepsThat() {
        assertThat(new RetentionRules(0, 0, 2, 0, 0, 0)
                        .keep(List.of(at("2026-05-25T18:00:00Z", false), at("2026-05-26T18:00:00Z", true))))
                .hasSize(2);
    }

    @Test
    void pruningAgainTakesNothingMore() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            List<Candidate> all = new ArrayList<>();
            for (int i = random.nextInt(1, 60); i > 0; i--) {
                Instant at = MIDNIGHT.minusSeconds(random.nextInt(400 * 86_400));
                all.add(new Candidate(at + "-" + i, at, random.nextInt(5) > 0));
            }
            RetentionRules rules = new RetentionRules(
                    random.nextInt(3),
                    random.nextInt(5),
                    random.nextInt(5),
                    random.nextInt(5),
                    random.nextInt(5),
                    random.nextInt(3));
            var kept = rules.keep(all);
            assertThat(kept).as("%s of %s", rules, all).isNotEmpty();
            var again = rules.keep(
                    all.stream().filter(one -> kept.containsKey(one.id())).toList());
            assertThat(again.keySet()).as("%s of %s", rules, all).isEqualTo(kept.keySet());
        }
    }

    @Test
    void negativeNumbersAreRefused() {
        assertThatThrownBy(() -> new RetentionRules(0, 0, -1, 0, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
