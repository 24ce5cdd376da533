package org.understudy.server.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.understudy.restore.cli.Console;
import org.understudy.restore.cli.Frame;
import org.understudy.restore.operation.Failure;
import org.understudy.storage.Reason;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The whole command line, without a process round it: can be run many times, also by tests. */
public final class Program {
    private final Surroundings surroundings;
    private final ServerRunner server;
    private final Function<Frame, List<CommandLine>> furtherVerbs;

    /** @param furtherVerbs makes the verbs and groups that stand between {@code status} and {@code version} */
    public Program(Surroundings surroundings, ServerRunner server, Function<Frame, List<CommandLine>> furtherVerbs) {
        this.surroundings = surroundings;
        this.server = server;
        this.furtherVerbs = furtherVerbs;
    }

    /**
     * Runs one command on this thread; interrupting it stops the command.
     *
     * @return the exit code
     */
    public int run(InputStream in, PrintStream out, PrintStream err, String... arguments) {
        GlobalOptions options = new GlobalOptions();
        boolean json = Arrays.asList(arguments).contains("--json");
        Console console = new Console(in, out, err, surroundings.terminal(), json);
        CommandLine root = commandLine(options, console);
        if (arguments.length == 0) {
            root.usage(err, Ansi.OFF);
            return Reason.USAGE.exitCode();
        }
        root.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
        root.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
        root.setParameterExceptionHandler((e, given) -> ended(console, WrongWords.explain(e)));
        root.setExecutionExceptionHandler((e, command, parsed) -> {
            Failure failure = Failure.of(e);
            return ended(console, failure.internal() ? FaultFile.keep(e, failure, surroundings, arguments) : failure);
        });
        return root.execute(arguments);
    }

    private CommandLine commandLine(GlobalOptions options, Console console) {
        CommandLine root = new CommandLine(options);
        Session session = new Session(surroundings, options, console);
        Frame frame = () -> session;
        Supplier<Session> sessions = () -> session;
        root.addSubcommand(new ServerVerb(frame, sessions, server));
        root.addSubcommand(UserVerbs.group(frame, sessions));
        root.addSubcommand(TokenVerbs.group(frame));
        root.addSubcommand(new StatusVerb(frame));
        root.addSubcommand(SearchVerbs.group(frame));
        root.addSubcommand(AuditVerbs.group(frame));
        furtherVerbs.apply(frame).forEach(root::addSubcommand);
        root.addSubcommand(new VersionVerb(frame, surroundings.version()));
        root.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
        root.setUsageHelpWidth(Math.clamp(surroundings.terminal().columns(), 60, 110));
        root.setCaseInsensitiveEnumValuesAllowed(true);
        return root;
    }

    private static int ended(Console console, Failure failure) {
        console.failure(failure);
        return failure.exitCode();
    }
}
