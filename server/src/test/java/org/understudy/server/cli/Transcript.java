package org.understudy.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.understudy.restore.cli.Frame;
import org.understudy.restore.cli.Terminal;
import org.understudy.server.account.UserOperations;
import org.understudy.server.admin.ServerStatus;
import picocli.CommandLine;

/** Runs commands in this process and remembers what they said. */
final class Transcript {
    final Map<String, String> environment = new HashMap<>();
    private final Path folder;
    private final Deque<String> typed = new ArrayDeque<>();
    private final Function<Frame, Map<String, Supplier<CommandLine>>> furtherVerbs;
    private Terminal terminal = Terminal.NONE;
    private String input = "";

    Transcript(Path folder) {
        this(folder, frame -> Map.of());
    }

    Transcript(Path folder, Function<Frame, Map<String, Supplier<CommandLine>>> furtherVerbs) {
        this.folder = folder;
        this.furtherVerbs = furtherVerbs;
    }

    /** What the folder is called is not part of the transcript. */
    record Said(int exitCode, String out, String err) {
        Said is(int code, String expectedOut, String expectedErr) {
            assertThat("exit " + exitCode + "\n--- out\n" + out + "--- err\n" + err)
                    .isEqualTo("exit " + code + "\n--- out\n" + expectedOut + "--- err\n" + expectedErr);
            return this;
        }
    }

    Transcript withInput(String text) {
        input = text;
        return this;
    }

    /** A person types these at the prompts of the next command, unseen. */
    Transcript typing(String... lines) {
        terminal = new Terminal(true, false, 80, false);
        typed.addAll(List.of(lines));
        return this;
    }

    Surroundings surroundings() {
        return new Surroundings(
                environment,
                folder,
                terminal,
                Clock.systemUTC(),
                "1.2.3",
                () -> Optional.ofNullable(typed.poll()).map(String::toCharArray));
    }

    Said run(String... words) {
        return run(new PrintedAndKept(), words);
    }

    Said run(PrintedAndKept kept, String... words) {
        Surroundings surroundings = surroundings();
        ServerRunner server = new ServerProcess(
                "1.2.3", Clock.systemUTC(), UserOperations.all(), (configuration, store, accounts) -> new Quiet());
        List<String> all = new ArrayList<>(List.of(words));
        int code = new Program(surroundings, server, furtherVerbs)
                .run(
                        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                        new PrintStream(kept.out, true, StandardCharsets.UTF_8),
                        new PrintStream(kept.err, true, StandardCharsets.UTF_8),
                        all.toArray(String[]::new));
        terminal = Terminal.NONE;
        input = "";
        return new Said(code, kept.text(kept.out), kept.text(kept.err));
    }

    /** What a command has printed so far; may be read while it runs. */
    final class PrintedAndKept {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        final ByteArrayOutputStream err = new ByteArrayOutputStream();

        String text(ByteArrayOutputStream bytes) {
            return bytes.toString(StandardCharsets.UTF_8).replace(folder.toString(), "FOLDER");
        }
    }

    /** No mail services. */
    private static final class Quiet implements ServerProcess.Running {
        @Override
        public List<ServerStatus.Listening> listening() {
            return List.of(new ServerStatus.Listening("imaps", "127.0.0.1", 9993));
        }

        @Override
        public void close() {}
    }
}
