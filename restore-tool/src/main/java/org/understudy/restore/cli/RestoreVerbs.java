package org.understudy.restore.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** The verbs of the restore tool, for the root of a command line. */
public final class RestoreVerbs {
    static final String ID = "The restore: its id, the beginning of it, its last four digits, or latest.";

    private RestoreVerbs() {}

    /** In the order in which help shows them. */
    public static List<CommandLine> all(Frame frame) {
        return List.of(
                new CommandLine(new InspectVerb(frame)),
                new CommandLine(new SnapshotVerb(frame)),
                new CommandLine(new LossVerb(frame)),
                CanaryVerbs.group(frame),
                repo(frame),
                restore(frame),
                MigrateVerbs.group(frame),
                DrillVerb.command(frame),
                new CommandLine(new ExportVerb(frame)),
                new CommandLine(new FsckVerb(frame)),
                VerbGroup.of("store", "Give room of the live store back.", List.of(new StoreReclaimVerb(frame))),
                new CommandLine(new RepairVerb(frame)));
    }

    private static CommandLine repo(Frame frame) {
        List<Verb> verbs = new ArrayList<>(List.of(
                new RepoListVerb(frame),
                new RepoVerifyVerb(frame),
                new RepoArchiveVerb(frame),
                new RepoPruneVerb(frame),
                new RepoRecoverVerb(frame),
                new RepoTrustVerb(frame)));
        verbs.addAll(HoldVerbs.all(frame));
        CommandLine group = VerbGroup.of(
                "repo",
                "List, verify and keep the snapshots of the repository, recover a store from it, and keep its keys.",
                verbs);
        group.addSubcommand(RepoKeyVerbs.group(frame));
        return group;
    }

    private static CommandLine restore(Frame frame) {
        CommandLine group = VerbGroup.of(
                "restore",
                "Bring mail back: stage, validate, preview, approve, merge, and undo.",
                List.of(
                        new StageVerb(frame),
                        new ValidateVerb(frame),
                        new ReportVerb(frame),
                        new PreviewVerb(frame),
                        new PlanVerb(frame),
                        new ApproveVerb(frame),
                        new MergeVerb(frame),
                        new UndoVerb(frame),
                        new PackVerb(frame),
                        new OpenVerb(frame),
                        new CloseVerb(frame),
                        new KeepVerb(frame),
                        new RestoreStatusVerb(frame),
                        new RestoreListVerb(frame)));
        group.addSubcommand(CohortVerb.command(frame));
        return group;
    }
}
