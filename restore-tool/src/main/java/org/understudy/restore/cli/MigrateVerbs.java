package org.understudy.restore.cli;

import java.util.List;
import picocli.CommandLine;

/** {@code understudy migrate}: users of another cluster move here. */
final class MigrateVerbs {
    static final String NAME = "The migration's name.";

    private MigrateVerbs() {}

    static CommandLine group(Frame frame) {
        return VerbGroup.of(
                "migrate",
                "Move users from another cluster: bring their mail over in rounds, prove that both sides are equal, cut"
                        + " over.",
                List.of(
                        new MigratePlanVerbs.New(frame),
                        new MigratePlanVerbs.Add(frame),
                        new MigrateStepVerbs.Run(frame),
                        new MigrateStatusVerbs.Status(frame),
                        new MigrateStatusVerbs.BoardVerb(frame),
                        new MigratePlanVerbs.PhaseVerb(frame),
                        new MigratePlanVerbs.DelayVerb(frame),
                        new MigrateStepVerbs.Verify(frame),
                        new MigrateCutOverVerb(frame),
                        new MigrateStepVerbs.Abort(frame)));
    }
}
