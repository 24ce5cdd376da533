package org.understudy.restore;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.understudy.restore.canary.CanaryOperations;
import org.understudy.restore.cohort.ApproveCohort;
import org.understudy.restore.cohort.CohortStatus;
import org.understudy.restore.cohort.ListCohorts;
import org.understudy.restore.cohort.MergeCohort;
import org.understudy.restore.cohort.StageCohort;
import org.understudy.restore.cohort.UndoCohort;
import org.understudy.restore.drill.ListDrills;
import org.understudy.restore.drill.RunDrill;
import org.understudy.restore.export.ExportMail;
import org.understudy.restore.fsck.CheckStore;
import org.understudy.restore.incident.HoldOperations;
import org.understudy.restore.job.Steps;
import org.understudy.restore.loss.FindLoss;
import org.understudy.restore.loss.LatestLoss;
import org.understudy.restore.migrate.AbortMigration;
import org.understudy.restore.migrate.AddUsers;
import org.understudy.restore.migrate.ChangePhase;
import org.understudy.restore.migrate.CutOver;
import org.understudy.restore.migrate.MigrationStatus;
import org.understudy.restore.migrate.NewMigration;
import org.understudy.restore.migrate.RunMigration;
import org.understudy.restore.migrate.VerifyMigration;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.pack.ListVerdicts;
import org.understudy.restore.pack.PackRestore;
import org.understudy.restore.reclaim.ReclaimStore;
import org.understudy.restore.repository.ListSnapshots;
import org.understudy.restore.repository.PruneRepository;
import org.understudy.restore.repository.TakeSnapshot;
import org.understudy.restore.repository.VerifyRepository;
import org.understudy.restore.repository.log.ArchiveLog;
import org.understudy.restore.repository.log.KeptLog;
import org.understudy.restore.workflow.ApproveRestore;
import org.understudy.restore.workflow.CloseShadow;
import org.understudy.restore.workflow.KeepShadow;
import org.understudy.restore.workflow.ListRestores;
import org.understudy.restore.workflow.MergeRestore;
import org.understudy.restore.workflow.OpenShadow;
import org.understudy.restore.workflow.PreviewRestore;
import org.understudy.restore.workflow.RestoreStatus;
import org.understudy.restore.workflow.ShowPlan;
import org.understudy.restore.workflow.ShowReport;
import org.understudy.restore.workflow.StageRestore;
import org.understudy.restore.workflow.StandardExaminer;
import org.understudy.restore.workflow.StandardSources;
import org.understudy.restore.workflow.UndoRestore;
import org.understudy.restore.workflow.ValidateRestore;

/** The operations of the restore tool, each put together as it is used outside tests. */
public final class RestoreOperations {
    private RestoreOperations() {}

    /** One of each. */
    public static List<Operation<?, ?>> all() {
        return List.of(
                takeSnapshot(),
                listSnapshots(),
                verifyRepository(),
                pruneRepository(),
                archiveLog(),
                stage(),
                validate(),
                preview(),
                approve(),
                merge(),
                undo(),
                pack(),
                status(),
                list(),
                new ShowPlan(),
                new ShowReport(),
                new ListVerdicts(),
                new ListCohorts(),
                stageCohort(),
                approveCohort(),
                mergeCohort(),
                undoCohort(),
                cohortStatus(),
                open(),
                close(),
                keep(),
                checkStore(),
                reclaimStore(),
                export(),
                new RunDrill(Optional.empty()),
                new ListDrills(),
                loss(),
                new LatestLoss(),
                new HoldOperations.Show(),
                new HoldOperations.Set(),
                new HoldOperations.Release(),
                new CanaryOperations.Add(),
                new CanaryOperations.Check(),
                new CanaryOperations.Remove(),
                new NewMigration(),
                new AddUsers(),
                new MigrationStatus(),
                new ChangePhase(),
                runMigration(),
                verifyMigration(),
                cutOver(),
                abortMigration());
    }

    public static RunMigration runMigration() {
        return new RunMigration(new StandardExaminer());
    }

    public static VerifyMigration verifyMigration() {
        return new VerifyMigration(new StandardExaminer());
    }

    public static CutOver cutOver() {
        return new CutOver(new StandardExaminer());
    }

    public static AbortMigration abortMigration() {
        return new AbortMigration(new StandardExaminer());
    }

    public static TakeSnapshot takeSnapshot() {
        return new TakeSnapshot();
    }

    public static ListSnapshots listSnapshots() {
        return new ListSnapshots(new KeptLog());
    }

    public static VerifyRepository verifyRepository() {
        return new VerifyRepository(new KeptLog());
    }

    public static ArchiveLog archiveLog() {
        return new ArchiveLog();
    }

    public static PruneRepository pruneRepository() {
        return new PruneRepository(List.of(new KeptLog()));
    }

    public static StageRestore stage() {
        return new StageRestore(new StandardSources(), new StandardExaminer(), new SecureRandom(), Steps.UNWATCHED);
    }

    public static ValidateRestore validate() {
        return new ValidateRestore(Steps.UNWATCHED);
    }

    public static PreviewRestore preview() {
        return new PreviewRestore(Steps.UNWATCHED);
    }

    public static ApproveRestore approve() {
        return new ApproveRestore(Steps.UNWATCHED);
    }

    public static MergeRestore merge() {
        return new MergeRestore(Steps.UNWATCHED);
    }

    public static UndoRestore undo() {
        return new UndoRestore(Steps.UNWATCHED);
    }

    public static PackRestore pack() {
        return new PackRestore();
    }

    public static RestoreStatus status() {
        return new RestoreStatus();
    }

    public static ListRestores list() {
        return new ListRestores();
    }

    public static StageCohort stageCohort() {
        return new StageCohort(new StandardSources(), new StandardExaminer(), new SecureRandom(), Steps.UNWATCHED);
    }

    public static ApproveCohort approveCohort() {
        return new ApproveCohort(Steps.UNWATCHED);
    }

    public static MergeCohort mergeCohort() {
        return new MergeCohort(Steps.UNWATCHED);
    }

    public static UndoCohort undoCohort() {
        return new UndoCohort(Steps.UNWATCHED);
    }

    public static CohortStatus cohortStatus() {
        return new CohortStatus();
    }

    public static OpenShadow open() {
        return new OpenShadow();
    }

    public static CloseShadow close() {
        return new CloseShadow();
    }

    public static KeepShadow keep() {
        return new KeepShadow();
    }

    public static CheckStore checkStore() {
        return new CheckStore();
    }

    public static ReclaimStore reclaimStore() {
        return new ReclaimStore();
    }

    public static FindLoss loss() {
        return new FindLoss();
    }

    public static ExportMail export() {
        return new ExportMail();
    }
}
