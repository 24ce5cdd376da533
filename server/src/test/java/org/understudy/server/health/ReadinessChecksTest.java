package org.understudy.server.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.storage.MailStore;

class ReadinessChecksTest {
    @TempDir
    Path folder;

    private MailStore open() {
        return MailStore.open(folder.resolve("store"), MailStore.Options.defaults());
    }

    private Readiness of(MailStore store, List<String> closed, boolean held) {
        return new ReadinessChecks(store, folder, () -> closed, () -> held).now();
    }

    @Test
    void aSoundServerIsReadyAndSaysWhatWasLookedAt() {
        try (MailStore store = open()) {
            Readiness now = of(store, List.of(), false);
            assertThat(now.ready()).isTrue();
            assertThat(now.checks())
                    .extracting(Readiness.Check::name)
                    .containsExactly("store", "listeners", "disk", "hold");
        }
    }

    @Test
    void aHoldIsAWarningAndUsersAreServed() {
        try (MailStore store = open()) {
            Readiness now = of(store, List.of(), true);
            assertThat(now.ready()).isTrue();
            assertThat(now.text()).contains("warning: There is an incident hold; 'understudy repo hold' says why.\n");
        }
    }

    @Test
    void aListenerThatHasClosedIsNamed() {
        try (MailStore store = open()) {
            Readiness now = of(store, List.of("imaps"), false);
            assertThat(now.ready()).isFalse();
            assertThat(now.text()).contains("failed: Closed, though configured: imaps; the server's log says why.\n");
        }
    }

    @Test
    void rescueModeIsNotReady() {
        open().close();
        try (MailStore store = MailStore.openForRescue(folder.resolve("store"), MailStore.Options.defaults())) {
            Readiness now = of(store, List.of(), false);
            assertThat(now.ready()).isFalse();
            assertThat(now.text()).startsWith("failed: Rescue mode: the store is damaged");
        }
    }

    @Test
    void aDiskWithoutRoomIsNotReady() {
        assertThat(ReadinessChecks.disk(10L << 20).state()).isEqualTo("failed");
        assertThat(ReadinessChecks.disk(500L << 20).state()).isEqualTo("warning");
        assertThat(ReadinessChecks.disk(2L << 30).state()).isEqualTo("ok");
    }
}
