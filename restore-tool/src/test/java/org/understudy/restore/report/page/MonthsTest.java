package org.understudy.restore.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.YearMonth;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MonthsTest {
    private static final YearMonth NOW = YearMonth.of(2026, 5);

    private final SortedMap<YearMonth, Tally> byMonth = new TreeMap<>();

    @Test
    void wrongClocksDoNotStretchTheAxisAndAreStillCounted() {
        IntStream.range(0, 30).forEach(i -> add(2023, 1, i, 100));
        add(1970, 1, 0, 4);
        add(2038, 1, 0, 9);
        Months months = months();
        assertThat(months.first()).isEqualTo(YearMonth.of(2023, 1));
        assertThat(months.earlier()).isEqualTo(tally(4));
        assertThat(months.later()).isEqualTo(tally(9));
        assertThat(sum(months)).isEqualTo(3_013);
    }

    @Test
    void decadesOfMailAreDrawnWhole() {
        IntStream.range(0, 300).forEach(i -> add(2000, 1, i, 10));
        Months months = months();
        assertThat(months.span()).isBetween(300 - 3, 300 + 18);
        assertThat(sum(months)).isEqualTo(3_000);
    }

    @Test
    void spanIsBoundedWhateverTheDatesClaim() {
        for (int year = 1; year < 9_999; year += 7) {
            add(year, 1, 0, 10);
        }
        Months months = months();
        assertThat(months.span()).isLessThanOrEqualTo(600);
        assertThat(sum(months)).isEqualTo(byMonth.size() * 10L);
    }

    @Test
    void holeAtTheEndIsSeen() {
        add(2025, 12, 0, 10);
        assertThat(months().holes()).containsExactly(new Months.Hole(YearMonth.of(2026, 1), YearMonth.of(2026, 4)));
    }

    @Test
    void archiveOfLongAgoHasNoHoleAtItsEnd() {
        add(2002, 2, 0, 10);
        assertThat(months().holes()).isEmpty();
        assertThat(months().span()).isEqualTo(1);
    }

    @Test
    void noMailHasNoMonths() {
        assertThat(months().empty()).isTrue();
        assertThat(months().span()).isZero();
        assertThat(months().holes()).isEmpty();
    }

    private void add(int year, int month, int later, long count) {
        byMonth.merge(YearMonth.of(year, month).plusMonths(later), tally(count), Tally::plus);
    }

    private static Tally tally(long consistent) {
        return new Tally(0, consistent, 0, 0, 0);
    }

    private Months months() {
        return Months.of(byMonth, Tally.NONE, NOW);
    }

    private static long sum(Months months) {
        return LongStream.concat(
                        LongStream.of(months.earlier().all(), months.later().all()),
                        IntStream.range(0, months.span())
                                .mapToLong(i ->
                                        months.at(months.first().plusMonths(i)).all()))
                .sum();
    }
}
