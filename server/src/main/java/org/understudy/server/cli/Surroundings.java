package org.understudy.server.cli;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.understudy.restore.cli.Terminal;

/**
 * What the process finds around itself.
 *
 * @param workingFolder absolute
 * @param version of this program
 * @param passwords asks a person
 */
public record Surroundings(
        Map<String, String> environment,
        Path workingFolder,
        Terminal terminal,
        Clock clock,
        String version,
        PasswordPrompt passwords) {
    /** The real ones. */
    static Surroundings ofProcess() {
        Map<String, String> environment = System.getenv();
        String version = Main.class.getPackage().getImplementationVersion();
        return new Surroundings(
                environment,
                Path.of("").toAbsolutePath(),
                Terminal.of(environment),
                Clock.systemUTC(),
                version == null ? "development" : version,
                PasswordPrompt.ofProcess());
    }
}
