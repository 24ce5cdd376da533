package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A few of the rounds that {@code benchmarks/crash} does by the hundred. */
class CrashRoundsTest {
    private static final int ROUNDS = 4;

    @TempDir
    Path folder;

    @Test
    void nothingAcknowledgedIsLostByKillAndLossOfPower() throws Exception {
        long seed = System.nanoTime();
        System.out.println("crash rounds: seed " + seed);
        assertThat(CrashRounds.run(folder, ROUNDS, seed)).isGreaterThan(20L * ROUNDS);
    }
}
