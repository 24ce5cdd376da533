package org.understudy.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How open files are shared out. */
class OpenFileLimitTest {
    @ParameterizedTest
    @CsvSource({"65536, 4096, 61184", "16384, 4096, 12032", "1024, 256, 512", "256, 64, 128"})
    void aQuarterIsTheStoresAndTheRestOfTheClients(long files, int tables, int connections) {
        assertThat(OpenFileLimit.tables(files)).isEqualTo(tables);
        assertThat(OpenFileLimit.connections(files)).isEqualTo(connections);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 16, 100, 1_000_000_000, Long.MAX_VALUE})
    void whateverTheLimitThereIsRoomForOne(long files) {
        assertThat(OpenFileLimit.tables(files)).isBetween(32, 4096);
        assertThat(OpenFileLimit.connections(files)).isPositive();
    }

    @Test
    void thisProcessHasOne() {
        assertThat(OpenFileLimit.files()).isPositive();
    }
}
