package org.understudy.server.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A program of the machine, run to its end with its output kept in a file. */
final class ExternalProgram {
    private static final int PATIENCE_SECONDS = 540;

    private final List<String> start;
    private final Path output;

    private ExternalProgram(List<String> start, Path folder) {
        this.start = start;
        output = folder.resolve("output.txt");
    }

    /** @param installation how to install it; names the package */
    static ExternalProgram installed(String program, String installation, Path folder, String... arguments) {
        assume(onPath(program), program + " is not installed: " + installation);
        List<String> start = new ArrayList<>(List.of(program));
        start.addAll(List.of(arguments));
        return new ExternalProgram(start, folder);
    }

    /** Skips the test, with a line that is seen, where something is missing. */
    static void assume(boolean present, String missing) {
        if (!present) {
            System.out.println("SKIPPED: " + missing);
        }
        Assumptions.assumeTrue(present, missing);
    }

    /** Where scripts for other languages lie. */
    static Path scripts() {
        return Path.of("src/test/clients").toAbsolutePath();
    }

    private static boolean onPath(String program) {
        for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    /** @return what it printed; it must have ended with 0 */
    String ok(String... arguments) throws IOException, InterruptedException {
        return ends(0, arguments);
    }

    /** @return what it printed to both of its outputs */
    String ends(int code, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(start);
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .redirectInput(new File("/dev/null"));
        builder.environment()
                .putAll(Map.of("LC_ALL", "C.UTF-8", "HOME", output.getParent().toString()));
        Process process = builder.start();
        boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        String printed = Files.readString(output, java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(ended)
                .as("%s still runs after %d s:%n%s", command, PATIENCE_SECONDS, printed)
                .isTrue();
        assertThat(process.exitValue()).as("%s:%n%s", command, printed).isEqualTo(code);
        return printed;
    }
}
