package org.understudy.restore.cohort;

import java.nio.file.Files;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.understudy.restore.job.Approval;
import org.understudy.restore.job.JobFolder;
import org.understudy.restore.job.RestoreIds;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreJobs;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.job.Steps;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.replay.Examiner;
import org.understudy.restore.workflow.Consent;
import org.understudy.restore.workflow.MergeRestore;
import org.understudy.restore.workflow.PreviewRestore;
import org.understudy.restore.workflow.SharedSource;
import org.understudy.restore.workflow.StageRestore;
import org.understudy.restore.workflow.UndoRestore;
import org.understudy.restore.workflow.ValidateRestore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** The steps of one user's restore, from wherever it is; the restore's own verbs do them. Thread-safe. */
final class MemberWork {
    private final Cohort cohort;
    private final Workplace workplace;
    private final Steps steps;
    private final Set<String> setAside = new HashSet<>();

    MemberWork(Cohort cohort, Workplace workplace, Steps steps) {
        this.cohort = cohort;
        this.workplace = workplace;
        this.steps = steps;
        cohort.members().forEach(member -> setAside.add(member.restoreId()));
    }

    /** Stages, validates and plans what is not yet. */
    CohortMember prepare(
            CohortMember member, SharedSource source, Examiner examiner, RandomGenerator random, Progress progress)
            throws InterruptedException {
        if (!source.users().contains(member.user())) {
            throw new OperatorException(
                    Reason.NOT_FOUND,
                    "the source holds no mail of user " + member.user(),
                    "Check the name; '--rename' gives users of the source other names.");
        }
        StageRestore stage = new StageRestore((spec, place) -> source.of(member.user()), examiner, random, steps);
        String id = member.restoreId();
        if (own(member).isEmpty()) {
            stage.runAs(id, staging(member.user()), workplace, progress);
        }
        RestoreJob job = RestoreJobs.one(workplace.restores(), id);
        if (job.state() == RestoreState.STAGING) {
            stage.run(StageRestore.Request.resume(id), workplace, progress);
            job = RestoreJobs.one(workplace.restores(), id);
        }
        if (job.state() == RestoreState.STAGED) {
            new ValidateRestore(steps).run(new ValidateRestore.Request(id), workplace, progress);
            job = RestoreJobs.one(workplace.restores(), id);
        }
        if (job.state() == RestoreState.VALIDATED) {
            new PreviewRestore(steps)
                    .run(
                            new PreviewRestore.Request(id, cohort.policy(), cohort.approvalsNeeded(), 0),
                            workplace,
                            progress);
            job = RestoreJobs.one(workplace.restores(), id);
        }
        return switch (job.state()) {
            case PLANNED, APPROVED -> MemberFiles.planned(member, job, cohort.hold(), workplace);
            case STAGING, STAGED, VALIDATED ->
                throw new IllegalStateException("restore " + id + " is still " + job.state());
            case MERGING, MERGED, UNDOING, UNDONE -> MemberFiles.refreshed(member, workplace);
        };
    }

    /** With another name for its restore, if somebody else took the one that was set aside, or a crash left it empty. */
    CohortMember withFreeName(CohortMember member, RandomGenerator random) {
        return own(member).isEmpty() && Files.exists(workplace.restores().resolve(member.restoreId()))
                ? CohortMember.waiting(
                        member.user(),
                        RestoreIds.fresh(workplace.restores(), workplace.clock().instant(), random, setAside))
                : member;
    }

    /** The member's restore, if it has begun and is this user's, and not another that took the same name. */
    private Optional<RestoreJob> own(CohortMember member) {
        return RestoreJobs.find(workplace.restores(), member.restoreId())
                .filter(job -> job.source().only().equals(Set.of(member.user()))
                        && job.source().location().equals(cohort.source().location()));
    }

    private StageRestore.Request staging(String user) {
        RestoreJob.Source source = cohort.source();
        long rate = cohort.bytesPerSecond() == 0 ? 0 : Math.max(1, cohort.bytesPerSecond() / cohort.atOnce());
        return new StageRestore.Request("", source.kind(), source.location(), source.renames(), Set.of(user), rate);
    }

    /** Gives the restore the consent that the cohort has for its plan, and merges it. */
    CohortMember merge(CohortMember member, MergeRestore.Request request, Progress progress)
            throws InterruptedException {
        Cohort.Plan plan = cohort.plans().stream()
                .filter(one -> one.user().equals(member.user()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(member.user() + " is not in the list of " + cohort.id()));
        try (JobFolder folder = JobFolder.open(workplace.restores(), plan.restoreId(), steps)) {
            RestoreJob job = folder.job();
            if (!plan.planHash().equals(job.planHash())) {
                throw new OperatorException(
                        Reason.CONFLICT,
                        "the plan of restore " + job.id() + " is another than the one that was approved",
                        "Run 'understudy restore cohort --id " + cohort.id()
                                + "' to list it anew, then approve again.");
            }
            if (job.state() == RestoreState.PLANNED) {
                consent(folder, job, plan.planHash());
            }
        }
        return member.merged(CohortMember.Merged.of(
                new MergeRestore(steps).run(request, workplace, progress).receipt()));
    }

    private void consent(JobFolder folder, RestoreJob job, String planHash) {
        List<Approval> own =
                cohort.approvals().stream().map(one -> one.to(planHash)).toList();
        int needed = Consent.needed(workplace.approvals(), job.approvalsNeeded());
        Consent.lacks(workplace.approvals(), own, planHash, needed).ifPresent(why -> {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "restore " + job.id() + " is not approved: " + why,
                    "Its plan was made anew and asks for more persons than the cohort: approve and merge it alone.");
        });
        folder.save(job.approved(own.subList(0, own.size() - 1), own.getLast(), needed));
        own.forEach(one -> folder.log(
                workplace.clock().instant(),
                "approved by " + one.by() + " (" + one.identity().text() + ") with the list " + cohort.hash() + " of "
                        + cohort.id() + " at " + one.at() + ": " + planHash));
    }

    /** Takes the merge back. */
    CohortMember undo(CohortMember member, Progress progress) throws InterruptedException {
        return member.undone(CohortMember.Undone.of(new UndoRestore(steps)
                .run(new UndoRestore.Request(member.restoreId()), workplace, progress)
                .report()));
    }
}
