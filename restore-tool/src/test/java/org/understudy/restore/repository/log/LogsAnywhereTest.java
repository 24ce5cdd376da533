package org.understudy.restore.repository.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.KindOfPlace;
import org.understudy.restore.repository.RecoverStore;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.repository.backend.Backend;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.fsck.Fsck;

/** What holds of the log wherever the repository lies. */
class LogsAnywhereTest {
    @TempDir
    private Path root;

    private KindOfPlace.Laid laid;
    private LogFixture on;

    private void set(KindOfPlace kind) throws Exception {
        laid = kind.in(root);
        on = new LogFixture(root, laid.place());
        on.at(5);
        on.deliver("anna");
        on.at(10);
        on.snapshot();
        for (long second = 11; second <= 30; second++) {
            on.at(second);
            on.deliver(second % 2 == 0 ? "anna" : "ben");
            if (second % 5 == 0) {
                assertThat(on.archive().state()).isEqualTo(ArchiveState.CURRENT);
            }
        }
    }

    @AfterEach
    void close() {
        on.close();
        laid.close();
    }

    @ParameterizedTest
    @EnumSource
    void everySecondIsGivenBack(KindOfPlace kind) throws Exception {
        set(kind);
        assertThat(on.verify(true).findings()).isEmpty();
        assertThat(on.mailAt(11)).isEqualTo(Map.of("anna", List.of(5L), "ben", List.of(11L)));
        assertThat(on.mailAt(23).get("ben")).containsExactly(11L, 13L, 15L, 17L, 19L, 21L, 23L);
        assertThat(on.mailAt(29).get("anna")).hasSize(10);

        Path data = root.resolve("elsewhere");
        RecoveredMoment moment =
                RecoveredMoment.of(Repository.open(laid.place()), data.resolve("keys"), LogFixture.second(14));
        RecoverStore.Result result = new RecoverStore(
                        laid.place(data.resolve("scratch")), moment, data, on.clock, Progress.SILENT)
                .run(new RecoverStore.Request(moment.snapshot(), null, List.of(), 1000));
        assertThat(result.replayed()).isPositive();
        try (MailStore store = MailStore.open(data.resolve("store"), new MailStore.Options(32L << 20, on.clock))) {
            assertThat(LogFixture.mail(store))
                    .isEqualTo(Map.of("anna", List.of(5L, 12L, 14L), "ben", List.of(11L, 13L)));
            assertThat(store.fsck(Fsck.Depth.BODIES).findings()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFlippedBitIsNamedAndWhatLiesBeforeItIsGivenBack(KindOfPlace kind) throws Exception {
        set(kind);
        List<String> segments = laid.place().backend().list("logs/").stream()
                .map(Backend.Entry::name)
                .filter(name -> name.endsWith(".log"))
                .sorted()
                .toList();
        assertThat(segments).hasSizeGreaterThanOrEqualTo(4);
        String third = segments.get(2);
        laid.flip(third, laid.stored(third).toFile().length() - 200);
        assertThat(on.verify(true).findings())
                .isNotEmpty()
                .allSatisfy(
                        finding -> assertThat(finding.text()).contains(third.substring(third.lastIndexOf('/') + 1)));
        assertThat(on.mailAt(18).get("anna")).containsExactly(5L, 12L, 14L, 16L, 18L);
        // A sealed file is damaged as a whole, so nothing is known of the segment; else of frames.
        assertThatThrownBy(() -> on.mailAt(29))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining(
                        kind.name().startsWith("ENCRYPTED")
                                ? "cannot be reached"
                                : third.substring(third.lastIndexOf('/') + 1));
    }
}
