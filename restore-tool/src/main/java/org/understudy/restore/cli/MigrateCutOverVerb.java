package org.understudy.restore.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.migrate.Choice;
import org.understudy.restore.migrate.CutOver;
import org.understudy.restore.migrate.Member;
import org.understudy.restore.migrate.MemberState;
import org.understudy.restore.migrate.MigrationReport;
import org.understudy.restore.migrate.MigrationStatus;
import org.understudy.restore.progress.Progress;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code understudy migrate cutover}. */
@Command(
        name = "cutover",
        description = {
            "Cut users over: one last round, then both sides are read again, and only those who are equal are cut over.",
            "The old side must stand still for them: no deliveries, no logins. Say so by --quiesced, or name a command by"
                    + " --hook that sees to it; it is run here as COMMAND OLD-LOGIN NEW-USER for each, and must end with 0.",
            "Exit code 17 if a user was not cut over; each difference is named."
        },
        footer = {
            "",
            "Example: understudy migrate cutover castle --user anna --quiesced",
            "         understudy migrate cutover castle --wave 1 --hook /usr/local/sbin/close-old-account"
        })
final class MigrateCutOverVerb extends Verb {
    @Parameters(paramLabel = "NAME", description = MigrateVerbs.NAME)
    private String name;

    @Mixin
    private ChoiceOptions choice = new ChoiceOptions();

    @Option(names = "--quiesced", description = "The old side of these users stands still; you have seen to it.")
    private boolean quiesced;

    @Option(names = "--hook", paramLabel = "COMMAND", description = "Sees to it that a user's old side stands still.")
    @Nullable
    private Path hook;

    @Option(
            names = "--foreign-accounts",
            description =
                    "Users are known elsewhere (LDAP and the like): do not ask for accounts in this server's store.")
    private boolean foreignAccounts;

    MigrateCutOverVerb(Frame frame) {
        super(frame);
    }

    @Override
    protected int run(Invocation invocation) throws Exception {
        if (quiesced == (hook != null)) {
            throw new OperatorException(
                    Reason.USAGE,
                    "it is not said how the old side of these users came to stand still, or said twice",
                    "Stop deliveries and logins there, then give --quiesced; or name a command by --hook.");
        }
        Choice chosen = choice.choice();
        if (hook != null && !chosen.all()) {
            chosen = quiesce(invocation, invocation.absolute(hook), chosen);
        }
        MigrationReport report;
        try (ShownProgress progress = invocation.console().progress()) {
            report = invocation
                    .operations()
                    .run(
                            RestoreOperations.cutOver(),
                            new CutOver.Request(name, chosen, true, foreignAccounts),
                            progress);
        }
        MigrationReport done = report;
        invocation.console().result(report, out -> {
            MigrationText text = new MigrationText(out);
            long over = done.members().stream()
                    .filter(one -> one.state() == MemberState.CUT_OVER)
                    .count();
            out.print("Migration " + done.board().name() + ": " + Figures.number(over) + " of "
                    + Figures.count(done.members().size(), "user") + " cut over in "
                    + Figures.duration(done.millis()) + ".\n");
            text.proofs(done.members());
            text.users(done.members(), choice.list());
            text.next(done.board());
        });
        return report.members().stream().allMatch(one -> one.state() == MemberState.CUT_OVER)
                ? 0
                : Reason.UNPROVEN.exitCode();
    }

    /** Runs the command for each user; those for whom it fails are left out. */
    private Choice quiesce(Invocation invocation, Path command, Choice chosen)
            throws IOException, InterruptedException {
        List<Member> members = invocation
                .operations()
                .run(new MigrationStatus(), new MigrationStatus.Request(name), Progress.SILENT)
                .members();
        Set<String> still = new TreeSet<>();
        for (Member one : members) {
            boolean asked = (chosen.users().isEmpty() || chosen.users().contains(one.user()))
                    && (chosen.wave() == 0 || chosen.wave() == one.wave())
                    && one.state() != MemberState.CUT_OVER
                    && one.state() != MemberState.ABORTED;
            if (!asked) {
                continue;
            }
            int ended = new ProcessBuilder(command.toString(), one.oldLogin(), one.user())
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start()
                    .waitFor();
            if (ended == 0) {
                still.add(one.user());
            } else {
                invocation
                        .console()
                        .note(command + " ended with " + ended + " for " + one.user() + ", who is left out");
            }
        }
        if (still.isEmpty()) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "no user's old side stands still, so nobody is cut over",
                    "Look at what " + command + " says, or at 'understudy migrate status " + name + " --list'.");
        }
        return new Choice(still, 0);
    }
}
