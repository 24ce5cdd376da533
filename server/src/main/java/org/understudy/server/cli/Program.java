package org.understudy.server.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
    private final Function<Frame, Map<String, Supplier<CommandLine>>> furtherVerbs;

    /** @param furtherVerbs how the verbs and groups are made, by name, that stand between {@code status} and {@code version} */
    public Program(
            Surroundings surroundings,
            ServerRunner server,
            Function<Frame, Map<String, Supplier<CommandLine>>> furtherVerbs) {
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
        Optional<String> verb = verb(arguments);
        CommandLine root = commandLine(options, console, verb);
        if (arguments.length == 0) {
            root.usage(err, Ansi.OFF);
            return Reason.USAGE.exitCode();
        }
        prepare(root, console, out, err, arguments);
        if (verb.isPresent()) {
            root.setParameterExceptionHandler((e, given) -> {
                CommandLine whole = commandLine(new GlobalOptions(), console, Optional.empty());
                prepare(whole, console, out, err, arguments);
                return whole.execute(given);
            });
        }
        try {
            return root.execute(arguments);
        } catch (Error e) {
            return ended(console, FaultFile.keep(e, Failure.of(e), surroundings, arguments));
        }
    }

    private void prepare(CommandLine root, Console console, PrintStream out, PrintStream err, String... arguments) {
        root.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
        root.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
        root.setParameterExceptionHandler((e, given) -> ended(console, WrongWords.explain(e)));
        root.setExecutionExceptionHandler((e, command, parsed) -> {
            Failure failure = Failure.of(e);
            return ended(console, failure.internal() ? FaultFile.keep(e, failure, surroundings, arguments) : failure);
        });
    }

    /** The first word, if nothing but options of every verb with their values stands before it. */
    private static Optional<String> verb(String... arguments) {
        for (int i = 0; i < arguments.length; i++) {
            String word = arguments[i];
            if (word.equals("--config") || word.equals("--data")) {
                i++;
            } else if (!word.startsWith("--config=") && !word.startsWith("--data=") && !word.equals("--json")) {
                return word.startsWith("-") ? Optional.empty() : Optional.of(word);
            }
        }
        return Optional.empty();
    }

    /** All verbs with their options and words, to describe, not to run. */
    CommandLine model() {
        return model(Optional.empty());
    }

    /** What is made for a command line with that verb. */
    CommandLine model(Optional<String> verb) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return commandLine(
                new GlobalOptions(),
                new Console(InputStream.nullInputStream(), nowhere, nowhere, surroundings.terminal(), false),
                verb);
    }

    /**
     * @param verb where it is a verb's name, that verb alone is made, with all below it: describing the hundred others
     *     takes longer than most verbs run; else all
     */
    private CommandLine commandLine(GlobalOptions options, Console console, Optional<String> verb) {
        CommandLine root = new CommandLine(options);
        Map<String, Supplier<CommandLine>> verbs = verbs(new Session(surroundings, options, console));
        verb.map(verbs::get)
                .map(List::of)
                .orElseGet(() -> List.copyOf(verbs.values()))
                .forEach(made -> root.addSubcommand(made.get()));
        root.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
        root.setUsageHelpWidth(Math.clamp(surroundings.terminal().columns(), 60, 110));
        root.setCaseInsensitiveEnumValuesAllowed(true);
        return root;
    }

    /** By name, in the order in which help shows them. */
    private Map<String, Supplier<CommandLine>> verbs(Session session) {
        Frame frame = () -> session;
        Supplier<Session> sessions = () -> session;
        Map<String, Supplier<CommandLine>> verbs = new LinkedHashMap<>();
        verbs.put("server", () -> new CommandLine(new ServerVerb(frame, sessions, server)));
        verbs.put("user", () -> UserVerbs.group(frame, sessions));
        verbs.put("alias", () -> AliasVerbs.group(frame));
        verbs.put("token", () -> TokenVerbs.group(frame));
        verbs.put("status", () -> new CommandLine(new StatusVerb(frame)));
        verbs.put("search", () -> SearchVerbs.group(frame));
        verbs.put("audit", () -> AuditVerbs.group(frame));
        verbs.put("tls", () -> TlsVerbs.group(frame, sessions));
        verbs.put("autoconfig", () -> AutoconfigVerbs.group(frame, sessions));
        verbs.put("doctor", () -> new CommandLine(new DoctorVerb(frame, sessions)));
        verbs.putAll(furtherVerbs.apply(frame));
        verbs.put("version", () -> new CommandLine(new VersionVerb(frame, surroundings.version())));
        return verbs;
    }

    private static int ended(Console console, Failure failure) {
        console.failure(failure);
        return failure.exitCode();
    }
}
