package org.understudy.restore.cli;

import java.io.PrintStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.drill.DrillResult;
import org.understudy.restore.drill.RunDrill;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code understudy drill}. */
@Command(
        name = "drill",
        description = {
            "Rehearse restores without restoring: random users and all canaries, from the latest verified snapshot into"
                    + " shadows, validated, compared with the snapshot's manifest, and read by a mail program over IMAP.",
            "Live mail is not touched. The result is kept; 'understudy status' warns when the last good one is old.",
            "Exit code 0 if it was good, 3 if a restore would not bring everything back, 17 if not everything could be"
                    + " compared, as when no server runs."
        },
        footer = {
            "",
            "Example: understudy drill",
            "         understudy drill --users 20 --snapshot 2026-05-27T02",
            "         understudy drill status"
        })
final class DrillVerb extends OperationVerb<RunDrill.Request, DrillResult> {
    @Option(
            names = "--users",
            paramLabel = "N",
            description =
                    "How many users chosen at random, besides all with a canary mailbox. Default: ${DEFAULT-VALUE}.",
            defaultValue = "" + RunDrill.USERS)
    private int users;

    @Option(
            names = "--snapshot",
            paramLabel = "SNAPSHOT",
            description = "Its id, or the beginning of it. Default: the newest that was verified.",
            defaultValue = RunDrill.LATEST)
    private String snapshot;

    @Option(
            names = "--seed",
            paramLabel = "NUMBER",
            description = "Of the choice of users: the seed of an earlier drill chooses the same users again.")
    @Nullable
    private Long seed;

    private DrillVerb(Frame frame) {
        super(frame, new RunDrill(Optional.empty()));
    }

    static CommandLine command(Frame frame) {
        CommandLine drill = new CommandLine(new DrillVerb(frame));
        drill.addSubcommand(new DrillListVerb(frame));
        drill.addSubcommand(new DrillStatusVerb(frame));
        return drill;
    }

    @Override
    protected RunDrill.Request request(Invocation invocation) {
        if (users < 0) {
            throw new OperatorException(
                    Reason.USAGE, "--users " + users + " is less than none", "Give a number from 0 on.");
        }
        return new RunDrill.Request(users, snapshot, seed);
    }

    @Override
    protected int exitCode(DrillResult result) {
        return DrillText.exitCode(result);
    }

    @Override
    protected void print(DrillResult result, PrintStream out) {
        DrillText.print(result, out);
    }
}
