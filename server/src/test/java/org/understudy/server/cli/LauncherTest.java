package org.understudy.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the real launcher with java and mvn replaced by scripts that say what they were given. */
@Timeout(180)
class LauncherTest {
    private static final Path LAUNCHER =
            Path.of(System.getProperty("understudy.root", "..")).resolve("understudy");

    @TempDir
    Path temporary;

    private Path folder;
    private Path java;

    @BeforeEach
    void folders() throws IOException {
        folder = Files.createDirectory(temporary.toRealPath().resolve("a folder's name"));
        java = fakeJava("jdk", "21");
    }

    private Path fakeJava(String home, String version) throws IOException {
        Path command = folder.resolve(home).resolve("bin/java");
        script(command, """
                [ "$1" = -XshowSettings:properties ] && { echo "    java.specification.version = %s" >&2; exit 0; }
                echo "pid $$"
                for word in "$@"; do echo "<$word>"; done
                echo "config ${UNDERSTUDY_CONFIG:-none} arenas $MALLOC_ARENA_MAX terminal $UNDERSTUDY_TERMINAL"
                exit 7
                """.formatted(version));
        return folder.resolve(home);
    }

    private static void script(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/bash\n" + text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Path packaged() throws IOException {
        Path home = Files.createDirectories(folder.resolve("package"));
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("lib"));
        Files.createFile(home.resolve("lib/understudy-server-1.jar"));
        return Files.copy(LAUNCHER, home.resolve("bin/understudy"), StandardCopyOption.COPY_ATTRIBUTES);
    }

    record Ended(long pid, int exitCode, String out) {}

    private Process start(Path launcher, Map<String, String> environment, String... words) throws IOException {
        ProcessBuilder builder = new ProcessBuilder();
        builder.command().add(launcher.toString());
        builder.command().addAll(List.of(words));
        builder.environment().keySet().removeIf(k -> k.startsWith("UNDERSTUDY") || k.equals("MALLOC_ARENA_MAX"));
        builder.environment().put("UNDERSTUDY_JAVA", java.toString());
        builder.environment().putAll(environment);
        return builder.redirectErrorStream(true).start();
    }

    private static Ended end(Process process) throws Exception {
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(process.pid(), process.exitValue(), out);
    }

    @Test
    void becomesJavaWithTheWordsAsGivenAndItsExitCode() throws Exception {
        Path launcher = packaged();
        Ended ended = end(start(launcher, Map.of(), "user", "add", "two words", ""));
        assertThat(ended.exitCode()).isEqualTo(7);
        assertThat(ended.out())
                .contains("pid " + ended.pid() + "\n")
                .contains("<-cp>\n<" + folder.resolve("package/lib/understudy-server-1.jar") + ">\n")
                .contains("<org.understudy.server.cli.Main>\n<user>\n<add>\n<two words>\n<>\n")
                .contains("<-XX:+ExitOnOutOfMemoryError>", "<--enable-native-access=ALL-UNNAMED>")
                .contains("<-Xmx" + heap(ended.out()) + ">")
                .doesNotContain("sun-misc-unsafe")
                .contains("config none arenas 2 terminal :80");
    }

    /** As docs/install.md has it for the memory that the launcher found. */
    private static String heap(String out) {
        Matcher found =
                Pattern.compile("<-Dunderstudy\\.machine\\.memory=(\\d+)>").matcher(out);
        assertThat(found.find()).isTrue();
        long mebibytes = Long.parseLong(found.group(1));
        return mebibytes < 1500 ? "256m" : mebibytes < 8192 ? "512m" : "1g";
    }

    @Test
    void newerJavaIsGivenTheFlagThatOlderOnesRefuse() throws Exception {
        java = fakeJava("jdk25", "25");
        assertThat(end(start(packaged(), Map.of("UNDERSTUDY_HEAP", "2g"))).out())
                .contains("<--sun-misc-unsafe-memory-access=allow>", "<-Xmx2g>");
    }

    @Test
    void aLinkToItWorksAndThePackagesConfigurationIsFound() throws Exception {
        Path launcher = packaged();
        Path conf = Files.createDirectories(folder.resolve("package/conf")).resolve("understudy.conf");
        Files.createFile(conf);
        Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("package/bin/understudy"));
        assertThat(launcher).exists();
        assertThat(end(start(link, Map.of(), "version")).out()).contains("config " + conf + " ");
        assertThat(end(start(link, Map.of("UNDERSTUDY_CONFIG", "/x"), "version"))
                        .out())
                .contains("config /x ");
    }

    @Test
    void anOldJavaThatWasNamedIsRefusedWithWords() throws Exception {
        java = fakeJava("jdk 17", "17");
        Ended ended = end(start(packaged(), Map.of(), "version"));
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.out())
                .contains("understudy: UNDERSTUDY_JAVA=" + java + " is no Java runtime of version 21 or newer\nHINT: ");
    }

    @Test
    void buildsOnceHoweverManyStartAndAgainAfterAChange() throws Exception {
        Path root = Files.createDirectories(folder.resolve("source tree"));
        Path launcher = Files.copy(LAUNCHER, root.resolve("understudy"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.createFile(root.resolve("pom.xml"));
        Path source =
                Files.createDirectories(root.resolve("server/src/main/java")).resolve("A.java");
        Files.createFile(source);
        Path tools = folder.resolve("tools");
        script(tools.resolve("mvn"), """
                echo build >> builds
                [ -f broken ] && { echo "A.java is wrong"; exit 1; }
                sleep 1
                mkdir -p server/target/understudy/lib
                echo jar > server/target/understudy/lib/understudy-server-1.jar
                """);
        Map<String, String> path = Map.of("PATH", tools + ":" + System.getenv("PATH"));

        Process one = start(launcher, path, "one");
        Process two = start(launcher, path, "two");
        Process three = start(launcher, path, "three");
        String all = end(one).out() + end(two).out() + end(three).out();
        assertThat(all).contains("<one>", "<two>", "<three>").containsOnlyOnce("building Understudy (first time");
        assertThat(Files.readAllLines(root.resolve("builds"))).hasSize(1);

        assertThat(end(start(launcher, path, "four")).out())
                .doesNotContain("building")
                .contains("<four>");

        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(2)));
        Files.createFile(root.resolve("broken"));
        Ended broken = end(start(launcher, path, "five"));
        assertThat(broken.exitCode()).isEqualTo(70);
        assertThat(broken.out())
                .contains("A.java is wrong", "understudy: the build failed; the whole log is in " + root)
                .doesNotContain("<five>");

        Files.delete(root.resolve("broken"));
        assertThat(end(start(launcher, path, "six")).out()).contains("building Understudy", "<six>");
        assertThat(Files.readAllLines(root.resolve("builds"))).hasSize(3);
    }
}
