package org.understudy.restore.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;

/** The verbs of the restore tool, for the root of a command line. */
public final class RestoreVerbs {
    static final String ID = "The restore: its id, the beginning of it, its last four digits, or latest.";

    private RestoreVerbs() {}

    /** How each is made, by name, in the order in which help shows them. */
    public static Map<String, Supplier<CommandLine>> all(Frame frame) {
        Map<String, Supplier<CommandLine>> verbs = new LinkedHashMap<>();
        verbs.put("inspect", () -> new CommandLine(new InspectVerb(frame)));
        verbs.put("snapshot", () -> new CommandLine(new SnapshotVerb(frame)));
        verbs.put("loss", () -> new CommandLine(new LossVerb(frame)));
        verbs.put("canary", () -> CanaryVerbs.group(frame));
        verbs.put("repo", () -> repo(frame));
        verbs.put("restore", () -> restore(frame));
        verbs.put("migrate", () -> MigrateVerbs.group(frame));
        verbs.put("drill", () -> DrillVerb.command(frame));
        verbs.put("export", () -> new CommandLine(new ExportVerb(frame)));
        verbs.put("fsck", () -> new CommandLine(new FsckVerb(frame)));
        verbs.put(
                "store",
                () -> VerbGroup.of("store", "Give room of the live store back.", List.of(new StoreReclaimVerb(frame))));
        verbs.put("repair", () -> new CommandLine(new RepairVerb(frame)));
        return verbs;
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
