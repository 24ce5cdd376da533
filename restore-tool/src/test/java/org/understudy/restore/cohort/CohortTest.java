package org.understudy.restore.cohort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.job.JobFolder;
import org.understudy.restore.job.RestoreJobs;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.job.Steps;
import org.understudy.restore.operation.ApprovalRules;
import org.understudy.restore.operation.OperationJson;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.plan.MergePolicy;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.backend.RepositoryPlace;
import org.understudy.restore.workflow.ApproveRestore;
import org.understudy.restore.workflow.MergeRestore;
import org.understudy.restore.workflow.PreviewRestore;
import org.understudy.restore.workflow.UndoRestore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

@Timeout(300)
class CohortTest {
    private static final int USERS = 30;

    @TempDir
    Path folder;

    private void withTown(TownTest test) throws Exception {
        try (Town town = new Town(folder, Steps.UNWATCHED)) {
            town.settle(USERS);
            test.run(town);
        }
    }

    private interface TownTest {
        void run(Town town) throws Exception;
    }

    @BeforeEach
    void realFolder() throws Exception {
        folder = folder.toRealPath();
    }

    private static CohortMember member(CohortReport report, int number) {
        return report.members().stream()
                .filter(one -> one.user().equals(Town.user(number)))
                .findFirst()
                .orElseThrow();
    }

    private static void addsUp(CohortReport report) {
        CohortSummary sum = report.summary();
        assertThat(sum).isEqualTo(CohortSummary.of(report.members()));
        assertThat(sum.staged().replayed())
                .isEqualTo(report.members().stream()
                        .filter(one -> one.planned() != null)
                        .mapToLong(one -> one.planned().messages())
                        .sum());
        assertThat(sum.mergedFigures().bytes())
                .isEqualTo(report.members().stream()
                        .filter(one -> one.merged() != null)
                        .mapToLong(one -> one.merged().bytes())
                        .sum());
    }

    @Test
    void thirtyUsersAreMergedAndTheOddOnesSetApart() throws Exception {
        withTown(town -> {
            Map<String, Long> before = town.mail();
            CohortReport staged = town.stage(Town.request(2), Town.backup(USERS));
            assertThat(town.mail()).as("live is untouched").isEqualTo(before);
            addsUp(staged);
            assertThat(staged.members())
                    .filteredOn(one -> one.state() != MemberState.READY)
                    .extracting(CohortMember::user, CohortMember::state, CohortMember::why)
                    .containsExactly(
                            tuple("u02", MemberState.NOTHING, ""),
                            tuple("u03", MemberState.HELD, "1 damaged message"),
                            tuple("u04", MemberState.HELD, "1 unreadable item"),
                            tuple("u05", MemberState.FAILED, "/backup/u05: input/output error"),
                            tuple("u06", MemberState.HELD, "live has no such user; 4 messages left"));
            assertThat(staged.summary().ready()).isEqualTo(25);
            assertThat(staged.summary().failures()).isEqualTo(4);
            assertThatThrownBy(() -> town.merge(staged.id())).hasMessageContaining("is not approved: 0 of 1 persons");
            assertThatThrownBy(() -> new ApproveCohort(Steps.UNWATCHED)
                            .run(
                                    new ApproveCohort.Request(staged.id(), "0".repeat(64), "anna", null),
                                    town.workplace,
                                    Progress.SILENT))
                    .hasMessageContaining("the plan's hash is " + staged.hash());

            town.approve(staged, "anna");
            CohortReport merged = town.merge(staged.id());
            addsUp(merged);
            assertThat(merged.summary().merged()).isEqualTo(25);
            assertThat(merged.summary().mergedFigures().added()).isEqualTo(25L * Town.MESSAGES);
            for (int i = 0; i < USERS; i++) {
                long expected = i >= 3 && i <= 6 ? 0 : i == 2 ? 3 : Town.MESSAGES;
                assertThat(town.mail().getOrDefault(Town.user(i), 0L))
                        .as(Town.user(i))
                        .isEqualTo(expected);
            }
            String log = Files.readString(town.workplace
                    .restores()
                    .resolve(member(merged, 7).restoreId())
                    .resolve("log"));
            assertThat(log).contains("approved by anna (by name only) with the list " + staged.hash());

            CohortReport one = town.undo(staged.id(), "u07");
            assertThat(one.summary().undone()).isEqualTo(1);
            assertThat(town.mail().get("u07")).isZero();
            assertThat(town.mail().get("u08")).isEqualTo(Town.MESSAGES);
            CohortReport all = town.undo(staged.id());
            assertThat(all.summary().undone()).isEqualTo(25);
            assertThat(all.summary().undoneFigures().expunged()).isEqualTo(25L * Town.MESSAGES);
            addsUp(all);
            assertThat(nonEmpty(town.mail())).isEqualTo(nonEmpty(before));
        });
    }

    private static Map<String, Long> nonEmpty(Map<String, Long> mail) {
        Map<String, Long> some = new TreeMap<>(mail);
        some.values().removeIf(count -> count == 0);
        return some;
    }

    @Test
    void usersThatTheSourceDoesNotHaveFailAlone() throws Exception {
        withTown(town -> {
            CohortReport report = town.stage(Town.request(1, "u00", "nobody", "u01"), Town.backup(USERS));
            assertThat(report.members())
                    .extracting(CohortMember::user, CohortMember::state, CohortMember::why)
                    .containsExactly(
                            tuple("nobody", MemberState.FAILED, "the source holds no mail of user nobody"),
                            tuple("u00", MemberState.READY, ""),
                            tuple("u01", MemberState.READY, ""));
        });
    }

    @Test
    void holdsWhomItIsToldTo() throws Exception {
        withTown(town -> {
            StageCohort.Request never = new StageCohort.Request(
                    "",
                    "",
                    "/backup",
                    Map.of(),
                    Set.of("u03", "u04", "u06"),
                    MergePolicy.defaults(),
                    1,
                    Hold.NEVER,
                    0,
                    1);
            CohortReport report = town.stage(never, Town.backup(USERS));
            assertThat(report.members())
                    .extracting(CohortMember::state)
                    .containsExactly(MemberState.READY, MemberState.READY, MemberState.HELD);
            assertThat(member(report, 3).planned())
                    .isEqualTo(new CohortMember.Planned(4, 3, 0, 1, 0, 0, 1)
                            .plus(new CohortMember.Planned(
                                    0, 0, 0, 0, member(report, 3).planned().bytes(), 0, 0)));
        });
    }

    @Test
    void whatFailedIsTriedAgainAndTheListIsApprovedAnew() throws Exception {
        withTown(town -> {
            CohortReport staged = town.stage(Town.request(2, "u00", "u05"), Town.backup(USERS));
            town.approve(staged, "anna");
            CohortReport again = town.stage(
                    StageCohort.Request.resume(staged.id()), (source, place) -> new Town.Backup(USERS, source.only()));
            assertThat(again.summary().ready()).isEqualTo(2);
            assertThat(again.hash()).isNotEqualTo(staged.hash());
            assertThat(again.approvals()).isEmpty();
            assertThatThrownBy(() -> town.merge(staged.id())).hasMessageContaining("is not approved");
            town.approve(again, "anna");
            assertThat(town.merge(staged.id()).summary().merged()).isEqualTo(2);
        });
    }

    @Test
    void aPlanThatWasMadeAnewIsNotMergedWithTheOthers() throws Exception {
        withTown(town -> {
            CohortReport staged = town.stage(Town.request(1, "u00", "u01", "u07"), Town.backup(USERS));
            town.approve(staged, "anna");
            String other = member(staged, 1).restoreId();
            new PreviewRestore(Steps.UNWATCHED)
                    .run(
                            new PreviewRestore.Request(
                                    other, MergePolicy.defaults().ofAllUsers(), 2, 0),
                            town.workplace,
                            Progress.SILENT);
            assertThat(town.merge(staged.id()).summary().merged())
                    .as("an equal plan has an equal hash, but asks for two persons now")
                    .isEqualTo(2);
            assertThat(member(town.status(staged.id()), 1).why())
                    .contains("is not approved")
                    .contains("1 of 2");
            changePolicy(town, other);
            CohortReport merged = town.merge(staged.id());
            assertThat(member(merged, 1).state()).isEqualTo(MemberState.FAILED);
            assertThat(member(merged, 1).why()).contains("is another than the one that was approved");
            assertThat(town.mail().get("u01")).isZero();
        });
    }

    private static void changePolicy(Town town, String id) throws Exception {
        String policy = "{\"markRestored\":true,\"includeExpunged\":false,\"skipEmptyMailboxes\":false,"
                + "\"includeContaminated\":false}";
        new PreviewRestore(Steps.UNWATCHED)
                .run(
                        new PreviewRestore.Request(
                                id, OperationJson.mapper().readValue(policy, MergePolicy.class), 1, 0),
                        town.workplace,
                        Progress.SILENT);
    }

    @Test
    void followsRestoresThatWentOnAlone() throws Exception {
        withTown(town -> {
            CohortReport staged = town.stage(Town.request(1, "u00", "u03"), Town.backup(USERS));
            CohortMember held = member(staged, 3);
            new ApproveRestore(Steps.UNWATCHED)
                    .run(
                            new ApproveRestore.Request(held.restoreId(), String.valueOf(held.planHash()), "bruno"),
                            town.workplace,
                            Progress.SILENT);
            new MergeRestore(Steps.UNWATCHED)
                    .run(MergeRestore.Request.of(held.restoreId()), town.workplace, Progress.SILENT);
            CohortReport report = town.status(staged.id());
            assertThat(member(report, 3).state()).isEqualTo(MemberState.MERGED);
            assertThat(report.summary().mergedFigures().added()).isEqualTo(3);
            new UndoRestore(Steps.UNWATCHED)
                    .run(new UndoRestore.Request(held.restoreId()), town.workplace, Progress.SILENT);
            assertThat(member(town.status(staged.id()), 3).state()).isEqualTo(MemberState.UNDONE);
        });
    }

    @Test
    void twoPersonsApproveWhereTheConfigurationAsksForIt() throws Exception {
        try (Town town = new Town(folder, Steps.UNWATCHED)) {
            town.settle(8);
            ApprovalRules rules = new ApprovalRules(
                    2,
                    new TreeSet<>(List.of("anna", "bruno")),
                    (user, password) ->
                            password.equals("of " + user) ? java.util.Optional.of(user) : java.util.Optional.empty());
            Workplace strict = new Workplace(
                    town.live, folder, RepositoryPlace.folder(folder.resolve("repository")), Town.CLOCK, rules);
            CohortReport staged = new StageCohort(
                            Town.backup(8),
                            new org.understudy.restore.workflow.StandardExaminer(),
                            new java.util.Random(3),
                            Steps.UNWATCHED)
                    .run(Town.request(1, "u00", "u01"), strict, Progress.SILENT);
            assertThat(staged.approvalsNeeded()).isEqualTo(2);
            assertThatThrownBy(() -> approve(strict, staged, "anna", null))
                    .isInstanceOfSatisfying(
                            OperatorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.ACCESS_DENIED));
            assertThatThrownBy(() -> approve(strict, staged, "clara", "of clara"))
                    .hasMessageContaining("is not among those who may approve");
            assertThat(approve(strict, staged, "anna", "of anna").missing()).isEqualTo(1);
            assertThatThrownBy(() -> approve(strict, staged, "anna", "of anna")).hasMessageContaining("already");
            assertThatThrownBy(() -> merge(strict, staged)).hasMessageContaining("1 of 2 persons");
            assertThat(approve(strict, staged, "bruno", "of bruno").missing()).isZero();
            assertThat(merge(strict, staged).summary().merged()).isEqualTo(2);
            assertThat(RestoreJobs.one(strict.restores(), member(staged, 0).restoreId())
                            .approvals())
                    .extracting(one -> one.by())
                    .containsExactly("anna", "bruno");
        }
    }

    private static CohortReport approve(Workplace place, CohortReport report, String by, String password)
            throws InterruptedException {
        return new ApproveCohort(Steps.UNWATCHED)
                .run(new ApproveCohort.Request(report.id(), report.hash(), by, password), place, Progress.SILENT);
    }

    private static CohortReport merge(Workplace place, CohortReport report) throws InterruptedException {
        return new MergeCohort(Steps.UNWATCHED)
                .run(new MergeCohort.Request(report.id(), -1, false), place, Progress.SILENT);
    }

    @Test
    void isInterruptedAndGoesOn() throws Exception {
        CountDownLatch staged = new CountDownLatch(5);
        try (Town town = new Town(folder, step -> {
            if (step == Steps.Step.PLAN_WRITTEN) {
                staged.countDown();
            }
        })) {
            town.settle(USERS);
            AtomicReference<Throwable> ended = new AtomicReference<>();
            Thread work = Thread.ofPlatform().start(() -> {
                try {
                    town.stage(Town.request(2), Town.backup(USERS));
                } catch (Throwable e) {
                    ended.set(e);
                }
            });
            staged.await();
            work.interrupt();
            work.join();
            assertThat(ended.get()).isInstanceOf(InterruptedException.class);
            String id = Cohorts.all(town.workplace.cohorts()).getFirst().id();
            CohortReport half = town.status(id);
            assertThat(half.summary().waiting()).isPositive();
            assertThatThrownBy(() -> town.approve(half, "anna")).hasMessageContaining("not prepared yet");
            CohortReport whole = town.stage(StageCohort.Request.resume(id), Town.backup(USERS));
            assertThat(whole.summary().ready()).isEqualTo(25);
            assertThat(RestoreJobs.all(town.workplace.restores()))
                    .as("one restore each")
                    .hasSize(USERS - 1);
        }
    }

    @Test
    void takesAnotherNameWhereSomebodyElseTookTheOneSetAside() throws Exception {
        withTown(town -> {
            CohortReport staged = town.stage(Town.request(1, "u05"), Town.backup(USERS));
            Path taken = town.workplace.restores().resolve(member(staged, 5).restoreId());
            Files.createDirectories(taken);
            CohortReport again = town.stage(
                    StageCohort.Request.resume(staged.id()), (source, place) -> new Town.Backup(USERS, source.only()));
            assertThat(member(again, 5).restoreId())
                    .isNotEqualTo(taken.getFileName().toString());
            assertThat(again.summary().ready()).isEqualTo(1);
        });
    }

    @Test
    void stepsOfOneCohortRunOneAtATime() throws Exception {
        withTown(town -> {
            CohortReport staged = town.stage(Town.request(1, "u00"), Town.backup(USERS));
            try (CohortFolder held = CohortFolder.open(town.workplace.cohorts(), staged.id(), Steps.UNWATCHED)) {
                assertThat(held.cohort().id()).isEqualTo(staged.id());
                assertThatThrownBy(() -> town.approve(staged, "anna"))
                        .hasMessage("another step of cohort " + staged.id() + " is running");
            }
            try (JobFolder busy =
                    JobFolder.open(town.workplace.restores(), member(staged, 0).restoreId(), Steps.UNWATCHED)) {
                assertThat(busy.job().state()).isEqualTo(RestoreState.PLANNED);
                town.approve(staged, "anna");
                assertThat(member(town.merge(staged.id()), 0).why()).contains("another step of restore");
            }
            assertThat(town.merge(staged.id()).summary().merged()).isEqualTo(1);
        });
    }

    @Test
    void aChangedFileIsRefused() throws Exception {
        withTown(town -> {
            CohortReport staged = town.stage(Town.request(1, "u00"), Town.backup(USERS));
            Path file = Path.of(staged.file());
            String text = Files.readString(file);
            assertThat(CohortFolder.text(CohortFolder.parse(text))).isEqualTo(text);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> CohortFolder.parse(text.replace("\"u00\"", "\"u01\"")))
                    .withMessageContaining("its content has the SHA-256");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> CohortFolder.parse(text.replace("\"version\":1", "\"version\":2")))
                    .withMessage("it is of version 2, and this program knows version 1");
            Files.writeString(file, text.replace("READY", "MERGED"));
            assertThatThrownBy(() -> town.status(staged.id())).hasMessageContaining("cohort.json: its content has");
        });
    }

    @Test
    void theListsHashCoversUsersRestoresAndPlans() throws Exception {
        withTown(town -> {
            CohortReport staged = town.stage(Town.request(1, "u00", "u01"), Town.backup(USERS));
            StringBuilder list = new StringBuilder();
            Stream.of(member(staged, 0), member(staged, 1))
                    .forEach(one -> list.append(one.user() + " " + one.restoreId() + " " + one.planHash() + "\n"));
            assertThat(staged.hash()).isEqualTo(org.understudy.restore.plan.MergePlan.hash(list.toString()));
            assertThat(staged.hash()).hasSize(64);
        });
    }

    @Test
    void resultsGoThroughTheAdminApi() throws Exception {
        withTown(town -> {
            CohortReport staged = town.stage(Town.request(2), Town.backup(USERS));
            town.approve(staged, "anna");
            CohortReport merged = town.merge(staged.id());
            CohortReport undone = town.undo(staged.id(), "u00");
            for (Object value : List.of(
                    Town.request(2, "u00"),
                    new ApproveCohort.Request(staged.id(), staged.hash(), "anna", "secret"),
                    new MergeCohort.Request(staged.id(), 5, true),
                    new UndoCohort.Request(staged.id(), Set.of("u00")),
                    staged,
                    merged,
                    undone)) {
                String json = OperationJson.mapper().writeValueAsString(value);
                assertThat(OperationJson.mapper().readValue(json, value.getClass()))
                        .isEqualTo(value);
            }
            assertThat(new ApproveCohort.Request(staged.id(), staged.hash(), "anna", "secret").toString())
                    .doesNotContain("secret");
        });
    }
}
