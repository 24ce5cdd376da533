package org.understudy.restore.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.crowd.Relation;
import org.understudy.restore.job.Steps;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.plan.MergePolicy;
import org.understudy.restore.plan.SkipReason;
import org.understudy.restore.report.ValidationReport;
import org.understudy.restore.shadow.Evidence;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.restore.source.maildir.MaildirBuilder;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.validate.Verdict;

/** Mail of another user in a backup: found by validation, held back by the plan, and never in the wrong mailbox. */
class ContaminationTest {
    private static final Instant ARRIVED = Instant.parse("2026-01-06T08:00:05Z");

    @TempDir
    Path folder;

    private Rehearsal on;

    @BeforeEach
    void open() {
        MaildirBuilder.at(folder.resolve("mail/ada/Maildir"))
                .message("cur/1.a:2,S", letter(1, "ada@example.org"), ARRIVED)
                .message("cur/2.a:2,S", letter(2, "bert@example.org"), ARRIVED)
                .message("cur/3.a:2,S", letter(3, "cleo@example.org"), ARRIVED);
        MaildirBuilder.at(folder.resolve("mail/bert/Maildir"))
                .message("cur/4.a:2,S", letter(4, "bert@example.org"), ARRIVED);
        on = new Rehearsal(folder.resolve("data"), new StandardSources(), new StandardExaminer(), Steps.UNWATCHED);
        for (String user : List.of("ada", "bert", "cleo")) {
            on.live.accounts().add(user, "$argon2id$none", Rehearsal.DELIVERY);
        }
    }

    @AfterEach
    void close() {
        on.close();
    }

    private static byte[] letter(int n, String owner) {
        return ("Delivered-To: " + owner + "\n" + MaildirBuilder.text(n, ARRIVED))
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    private String staged() throws InterruptedException {
        return on.stage(StageRestore.Request.of(folder.resolve("mail").toString()))
                .id();
    }

    @Test
    void isHeldBackUntilThePolicyLetsItThrough() throws Exception {
        String id = staged();
        ValidateRestore.Result validated = on.validate(id);
        assertThat(validated.contaminated())
                .as("bert's, and live's user cleo's")
                .isEqualTo(2);
        assertThat(validated.strays()).allSatisfy(stray -> {
            assertThat(stray.user()).isEqualTo("ada");
            assertThat(stray.why()).singleElement().asString().startsWith(Relation.FOREIGN_OWNER);
        });
        assertThat(validated.totals().damaged() + validated.totals().suspect()).isZero();

        PreviewRestore.Result plan = on.preview(id, MergePolicy.defaults());
        assertThat(plan.totals().add()).isEqualTo(2);
        assertThat(plan.totals().skipped()).isEqualTo(Map.of(SkipReason.CONTAMINATION, 2L));

        PreviewRestore.Result letThrough = on.preview(id, including());
        assertThat(letThrough.totals().add()).isEqualTo(4);
        assertThat(letThrough.totals().skipped()).isEmpty();
        assertThat(letThrough.hash()).isNotEqualTo(plan.hash());

        on.carryOut(id, MergePolicy.defaults());
        assertThat(on.live.messages().flags(on.mailbox("ada", "INBOX"), 1, 0xFFFF_FFFFL))
                .as("what ada sees")
                .hasSize(1);
        assertThat(on.live.messages().flags(on.mailbox("bert", "INBOX"), 1, 0xFFFF_FFFFL))
                .as("what bert sees")
                .hasSize(1);
    }

    private static MergePolicy including() {
        MergePolicy base = MergePolicy.defaults();
        return new MergePolicy(
                base.verdicts(),
                base.suspect(),
                base.quarantine(),
                base.duplicates(),
                base.flags(),
                base.target(),
                base.restored(),
                false,
                false,
                false,
                Map.of(),
                base.users(),
                List.of(),
                null,
                null,
                true,
                null,
                null);
    }

    @Test
    void reportAndPolicySurviveJson() throws Exception {
        String id = staged();
        ValidateRestore.Result validated = on.validate(id);
        ValidationReport report =
                RestoreJson.read(Files.readString(Path.of(validated.reportFile())), ValidationReport.class);
        assertThat(report.compared()).isEqualTo(4);
        assertThat(report.contaminated()).hasSize(2);
        assertThat(report.conclusion())
                .contains("2 may hold another user's mail")
                .doesNotContain("not compared");
        assertThat(RestoreJson.read(RestoreJson.write(including()), MergePolicy.class))
                .isEqualTo(including());
        assertThat(RestoreJson.read("{}", MergePolicy.class).includeContaminated())
                .isFalse();
    }

    @Test
    void validatingAgainSaysTheSameOnce() throws Exception {
        String id = staged();
        on.validate(id);
        List<Finding> first = findings(id);
        ValidateRestore.Result again = on.validate(id);
        assertThat(findings(id)).isEqualTo(first).hasSize(2);
        assertThat(again.contaminated()).isEqualTo(2);
        assertThat(folder.resolve("data/shadows/" + id + "/comparing")).doesNotExist();
    }

    @Test
    void lostNotesAreToldAndDoNotStopValidation() throws Exception {
        String id = staged();
        Path notes = folder.resolve("data/shadows/" + id + "/notes");
        byte[] bytes = Files.readAllBytes(notes);
        bytes[bytes.length - 3] ^= (byte) 1;
        Files.write(notes, bytes);
        assertThat(on.validate(id).conclusion()).contains("1 were not compared");
        Files.delete(notes);
        ValidateRestore.Result without = on.validate(id);
        assertThat(without.conclusion()).contains("4 were not compared");
        assertThat(without.totals().graded()).isEqualTo(4);
    }

    @Test
    void lostNotesTakeBackNothingThatWasFound() throws Exception {
        String id = staged();
        on.validate(id);
        Path notes = folder.resolve("data/shadows/" + id + "/notes");
        byte[] bytes = Files.readAllBytes(notes);
        bytes[20] ^= (byte) 1;
        Files.write(notes, bytes);
        assertThat(on.validate(id).contaminated()).isEqualTo(2);
        Files.delete(notes);
        assertThat(on.validate(id).contaminated()).isEqualTo(2);
        assertThat(on.preview(id, MergePolicy.defaults()).totals().skipped())
                .isEqualTo(Map.of(SkipReason.CONTAMINATION, 2L));
    }

    private List<Finding> findings(String id) {
        List<Finding> all = new java.util.ArrayList<>();
        try (ShadowStore shadow = ShadowStore.openExisting(on.workplace.shadows(), id, Rehearsal.CLOCK)) {
            shadow.mailboxes().forEach(box -> shadow.evidence(box.id(), (uid, evidence) -> add(all, evidence)));
        }
        return all;
    }

    private static void add(List<Finding> all, Evidence evidence) {
        assertThat(evidence.verdict()).isEqualTo(Verdict.CONSISTENT);
        evidence.findings().stream().filter(Relation::is).forEach(all::add);
    }
}
