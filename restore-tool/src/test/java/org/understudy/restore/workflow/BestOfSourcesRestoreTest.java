package org.understudy.restore.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.job.Steps;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.plan.MergePolicy;
import org.understudy.restore.shadow.Evidence;
import org.understudy.restore.shadow.ItemOutcome;
import org.understudy.restore.shadow.ReplayTotals;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.restore.source.maildir.MaildirBuilder;
import org.understudy.restore.validate.Verdict;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.Flags;

class BestOfSourcesRestoreTest {
    private static final Instant ARRIVED = Instant.parse("2026-02-03T04:05:06Z");

    @TempDir
    Path folder;

    private Path main;
    private Path second;

    private record Kept(String source, Verdict verdict, String digest) {}

    /** Three mailboxes; INBOX has messages damaged, empty and missing in the main source, Sent has one only there. */
    @BeforeEach
    void layOut() {
        main = folder.resolve("backup/anna");
        second = folder.resolve("older/anna");
        for (Path home : List.of(main, second)) {
            MaildirBuilder maildir = MaildirBuilder.at(home).folder(".Archive").folder(".Sent");
            for (int n = 0; n < 12; n++) {
                String box = n % 3 == 0 ? ".Archive/" : n % 3 == 1 ? ".Sent/" : "";
                boolean first = home.equals(main);
                if (first && n == 4) {
                    continue;
                }
                byte[] bytes = mail(n);
                if (first && n == 2) {
                    bytes = new String(bytes, StandardCharsets.US_ASCII)
                            .replace("This is", "\0".repeat(400))
                            .getBytes(StandardCharsets.US_ASCII);
                }
                maildir.message(
                        box + "cur/" + (1_700_000_000 + n) + ".M1P1.host",
                        first && n == 5 ? new byte[0] : bytes,
                        ARRIVED.plusSeconds(n));
            }
        }
    }

    private static byte[] mail(int n) {
        return MaildirBuilder.text(n, ARRIVED.plusSeconds(n)).getBytes(StandardCharsets.US_ASCII);
    }

    private Rehearsal rehearsal(Steps steps) {
        return new Rehearsal(folder.resolve("data"), new StandardSources(), new StandardExaminer(), steps);
    }

    private StageRestore.Request request() {
        return new StageRestore.Request(
                "",
                "",
                main.getParent().toString(),
                Map.of(),
                Set.of(),
                0,
                List.of(second.getParent().toString()));
    }

    @Test
    void theBestCopiesAreStagedValidatedAndMerged() throws Exception {
        try (Rehearsal on = rehearsal(Steps.UNWATCHED)) {
            StageRestore.Result staged = on.stage(request());
            ReplayTotals totals = staged.totals();
            assertThat(totals.replayed()).isEqualTo(12);
            assertThat(totals.unreadable()).isZero();
            assertThat(totals.duplicate()).isEqualTo(11);
            assertThat(staged.left())
                    .filteredOn(left -> left.bin() == ItemOutcome.Bin.DUPLICATE)
                    .extracting(ItemOutcome::why)
                    .anyMatch(why -> why.startsWith("unreadable here"))
                    .anyMatch(why -> why.startsWith("a copy of anna/"));
            ValidateRestore.Result validated = on.validate(staged.id());
            assertThat(validated.takenFrom())
                    .isEqualTo(Map.of(
                            main.getParent().toString(), 9L, second.getParent().toString(), 3L));
            assertThat(validated.totals().proven()).isEqualTo(9);
            assertThat(validated.totals().consistent()).isEqualTo(3);
            assertThat(validated.totals().unreadable()).isZero();
            on.mailbox("anna", "INBOX");
            assertThat(on.carryOut(staged.id(), MergePolicy.defaults()).added()).isEqualTo(12);
        }
    }

    @Test
    void aStagingThatWasCutShortGoesOnToTheSameEnd() throws Exception {
        Map<String, Kept> whole;
        ReplayTotals totals;
        try (Rehearsal on = rehearsal(Steps.UNWATCHED)) {
            StageRestore.Result staged = on.stage(request());
            whole = kept(on, staged.id());
            totals = staged.totals();
        }
        for (int stop = 1; stop <= 3; stop++) {
            int[] left = {stop};
            Steps stopping = step -> {
                if (step == Steps.Step.RUN_COMMITTED && --left[0] == 0) {
                    throw new IllegalStateException("stopped");
                }
            };
            Path data = folder.resolve("stopped" + stop);
            try (Rehearsal on = new Rehearsal(data, new StandardSources(), new StandardExaminer(), stopping)) {
                assertThatThrownBy(() -> on.stage(request())).hasMessage("stopped");
            }
            try (Rehearsal on = new Rehearsal(data, new StandardSources(), new StandardExaminer(), Steps.UNWATCHED)) {
                String id = new ListRestores()
                        .run(new ListRestores.Request(), on.workplace, org.understudy.restore.progress.Progress.SILENT)
                        .restores()
                        .getFirst()
                        .id();
                StageRestore.Result resumed = on.stage(StageRestore.Request.resume(id));
                assertThat(resumed.totals()).as("stopped after run " + stop).isEqualTo(totals);
                assertThat(kept(on, id)).as("stopped after run " + stop).isEqualTo(whole);
            }
        }
    }

    private static Map<String, Kept> kept(Rehearsal on, String id) {
        Map<String, Kept> kept = new TreeMap<>();
        try (ShadowStore shadow = ShadowStore.openExisting(on.workplace.shadows(), id, on.workplace.clock())) {
            shadow.mailboxes()
                    .forEach(mailbox -> shadow.evidence(
                            mailbox.id(),
                            (uid, evidence) -> kept.put(
                                    evidence.path(),
                                    new Kept(
                                            evidence.takenFrom()
                                                    .map(from -> from.source() + " " + from.path())
                                                    .orElse("unknown"),
                                            evidence.verdict(),
                                            evidence.digest().toString()))));
        }
        return kept;
    }

    @Test
    void aMessageThatLiveHasIsProvenByThat() throws Exception {
        try (Rehearsal on = rehearsal(Steps.UNWATCHED)) {
            on.deliver(on.mailbox("anna", "Sent"), mail(1), ARRIVED, Flags.NONE);
            String id = on.stage(StageRestore.Request.of(main.getParent().toString()))
                    .id();
            ValidateRestore.Result validated = on.validate(id);
            assertThat(validated.totals().proven()).isEqualTo(1);
            assertThat(validated.findings()).containsEntry("live-copy proof", 1L);
            assertThat(validated.takenFrom()).isEmpty();
            assertThat(kept(on, id).values()).extracting(Kept::verdict).contains(Verdict.PROVEN);
            assertThat(on.validate(id).findings()).containsEntry("live-copy proof", 1L);
        }
    }

    @Test
    void theSameFilesTwiceAreRefused() throws Exception {
        try (Rehearsal on = rehearsal(Steps.UNWATCHED)) {
            StageRestore.Request twice = new StageRestore.Request(
                    "",
                    "",
                    main.toString(),
                    Map.of(),
                    Set.of(),
                    0,
                    List.of(main.getParent().toString()));
            assertThatThrownBy(() -> on.stage(twice))
                    .isInstanceOfSatisfying(
                            OperatorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.USAGE))
                    .hasMessageContaining("one lies within the other");
            assertThat(on.workplace.restores()).doesNotExist();
        }
    }

    @Test
    void recordsOfBeforeThereWereOthersAreStillRead() {
        RestoreJob.Source source = RestoreJson.read(
                "{\"kind\":\"maildir\",\"location\":\"/b\",\"renames\":{},\"only\":[]}", RestoreJob.Source.class);
        assertThat(source.others()).isEmpty();
        assertThat(source.text()).isEqualTo("/b");
        RestoreJob.Source more =
                new RestoreJob.Source("maildir+maildir", "/b", Map.of(), Set.of(), List.of(new RestoreJob.Other("/c")));
        assertThat(RestoreJson.read(RestoreJson.write(more), RestoreJob.Source.class))
                .isEqualTo(more);
        Evidence old = RestoreJson.read(
                "{\"ordinal\":0,\"path\":\"p\",\"sourceUid\":0,\"internalDate\":\"2026-02-03T04:05:06Z\",\"rawSize\":1,"
                        + "\"rawDigest\":\"" + "0".repeat(64) + "\",\"digest\":\"" + "0".repeat(64)
                        + "\",\"witnesses\":[{\"kind\":\"S\",\"octets\":1}],\"verdict\":\"CONSISTENT\",\"findings\":[]}",
                Evidence.class);
        assertThat(old.takenFrom()).isEmpty();
        assertThat(RestoreState.STAGING.word()).isEqualTo("staging");
    }

    @Test
    void whatTheOtherSourcesAreIsKeptWithTheRestore() throws Exception {
        try (Rehearsal on = rehearsal(Steps.UNWATCHED)) {
            String id = on.stage(request()).id();
            RestoreJob job = new RestoreStatus()
                    .run(new RestoreStatus.Request(id), on.workplace, org.understudy.restore.progress.Progress.SILENT)
                    .job();
            assertThat(job.source().kind()).isEqualTo("maildir+maildir");
            List<String> others = new ArrayList<>();
            job.source().others().forEach(other -> others.add(other.location()));
            assertThat(others).containsExactly(second.getParent().toString());
        }
    }
}
