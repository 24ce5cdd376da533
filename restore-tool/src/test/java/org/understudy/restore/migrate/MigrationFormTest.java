package org.understudy.restore.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.report.page.MigrationPage;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** What a migration writes, byte for byte, and what its pages tell whom. */
final class MigrationFormTest {
    private static final Instant NOW = Instant.parse("2026-11-22T18:00:00Z");

    @TempDir
    Path folder;

    private static Migration migration() {
        Migration begun = Migration.begin(
                "castle",
                new OldCluster("old.example.org", 0, true, false, null, "admin", null, null, 2, 0, "none"),
                NOW);
        Member anna = Member.waiting("anna", "anna@old", "", "shop.example", 1);
        Round round = new Round(1, NOW, 12, 3, 40, 1000, 40, 0, 0, 3, 0, 0, 1, 0, List.of(), List.of());
        return begun.with(List.of(anna.after(round)), NOW, NOW)
                .eachPhase(
                        plan -> plan.phase() == Phase.CUT_OVER
                                ? plan.planned(NOW)
                                        .delayed(new PhasePlan.Delay(NOW, NOW, null, "mx3 of anna", "hardware"))
                                : plan,
                        NOW);
    }

    @Test
    void versionOneIsWrittenAsItIsSpecified() throws Exception {
        try (MigrationFolder made = MigrationFolder.create(folder, migration())) {
            assertThat(made.migration()).isEqualTo(migration());
        }
        List<String> lines = Files.readAllLines(folder.resolve("castle/migration.json"));
        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst()).startsWith("{\"format\":\"understudy-migration\",\"version\":1,\"sha256\":\"");
        assertThat(lines.getLast())
                .startsWith(
                        "{\"name\":\"castle\",\"createdAt\":\"2026-11-22T18:00:00Z\",\"changedAt\":\"2026-11-22T18:00:00Z\","
                                + "\"cluster\":{\"host\":\"old.example.org\",\"port\":0,\"tls\":true,\"plaintext\":false,"
                                + "\"authorities\":null,\"master\":\"admin\",\"passwordFile\":null,\"maildirs\":null,\"atOnce\":2,"
                                + "\"bytesPerSecond\":0,\"uniqueIds\":\"none\"},\"phases\":[{\"phase\":\"METADATA\",")
                .contains(
                        "\"members\":[{\"user\":\"anna\",\"oldLogin\":\"anna@old\",\"place\":\"\",\"domain\":\"shop.example\","
                                + "\"wave\":1,\"state\":\"MAIL\",\"why\":\"\",\"round\":{\"number\":1,")
                .endsWith("\"measuredAt\":\"2026-11-22T18:00:00Z\"}");
    }

    @Test
    void aFileThatWasChangedIsRefused() throws Exception {
        MigrationFolder.create(folder, migration()).close();
        Path file = folder.resolve("castle/migration.json");
        Files.writeString(file, Files.readString(file).replace("\"wave\":1", "\"wave\":2"));
        assertThatThrownBy(() -> MigrationFolder.read(folder, "castle"))
                .isInstanceOfSatisfying(
                        OperatorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONFLICT));
    }

    @Test
    void thePublicPageHasCountsAndPublicWordsAndNoNames() throws Exception {
        Board board = Board.of(migration(), NOW, "/somewhere");
        StringBuilder own = new StringBuilder();
        MigrationPage.write(board, false, own);
        assertThat(own)
                .contains("anna", "mx3", "shop.example", "Content-Security-Policy", "default-src &#39;none&#39;");
        StringBuilder open = new StringBuilder();
        MigrationPage.write(board.open(), true, open);
        assertThat(open)
                .contains("hardware", "100 %", "22 November 2026", "1 of 1")
                .doesNotContain("anna", "mx3", "shop.example", "castle", "old.example.org", "/somewhere", "<script");
        assertThat(board.open().domains()).isEqualTo(new TreeMap<>());
    }

    @Test
    void rightsAreTranslatedWithUsersNames() {
        assertThat(Access.rights("lrswipkxtecda")).isEqualTo("aeiklprstwx");
        assertThat(Access.rights("lrswicd")).isEqualTo("eiklrstwx");
        assertThat(Access.translated(
                        java.util.Map.of("ben", "lr", "anna", "lrswipkxtea", "-ben", "w", "anyone", "l"),
                        "anna",
                        name -> name.equals("ben") ? "new-ben" : name))
                .containsOnlyKeys("new-ben", "-new-ben", "anyone");
    }
}
