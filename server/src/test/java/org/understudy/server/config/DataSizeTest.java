package org.understudy.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DataSizeTest {
    @ParameterizedTest
    @CsvSource({
        "0 B, 0, 0 B",
        "64MiB, 67108864, 64 MiB",
        "1.5 gib, 1610612736, 1536 MiB",
        "10 MB, 10000000, 10000000 B",
        "19456 KiB, 19922944, 19 MiB"
    })
    void readsNumberAndUnit(String text, long bytes, String shown) {
        assertThat(DataSize.parse(text)).contains(new DataSize(bytes));
        assertThat(new DataSize(bytes)).hasToString(shown);
    }

    @ParameterizedTest
    @ValueSource(strings = {"64", "MiB", "-1 MiB", "1 XB", "1.0001 B", "99999999999 TiB", "", "1 M"})
    void refusesOthers(String text) {
        assertThat(DataSize.parse(text)).isEmpty();
    }
}
