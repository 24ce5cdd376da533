package org.understudy.server.cli;

import java.io.InputStream;
import java.io.OutputStream;
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

    /** All verbs with their options and words, to describe, not to run. */
    CommandLine model() {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return commandLine(
                new GlobalOptions(),
                new Console(InputStream.nullInputStream(), nowhere, nowhere, surroundings.terminal(), false));
    }

    private CommandLine commandLine(GlobalOptions options, Console console) {
        CommandLine root = new CommandLine(options);
        Session session = new Session(surroundings, options, console);
        Frame frame = () -> session;
        Supplier<Session> sessions = () -> session;
        root.addSubcommand(new ServerVerb(frame, sessions, server));
        root.addSubcommand(UserVerbs.group(frame, sessions));
        root.addSubcommand(AliasVerbs.group(frame));
        root.addSubcommand(TokenVerbs.group(frame));
        root.addSubcommand(new StatusVerb(frame));
        root.addSubcommand(SearchVerbs.group(frame));
        root.addSubcommand(AuditVerbs.group(frame));
        root.addSubcommand(TlsVerbs.group(frame, sessions));
        root.addSubcommand(AutoconfigVerbs.group(frame, sessions));
        root.addSubcommand(new DoctorVerb(frame, sessions));
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
