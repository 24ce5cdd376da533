package org.understudy.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ManualTest {
    @TempDir
    Path folder;

    @Test
    void everyVerbHasAPageAndItsWordsAreCompleted() throws Exception {
        CommandLine root = Main.program(Surroundings.ofProcess()).model();
        Manual.write(root, "1.2", folder);

        try (Stream<Path> pages = Files.list(folder.resolve("man1"))) {
            List<String> names =
                    pages.map(page -> page.getFileName().toString()).toList();
            assertThat(names)
                    .contains(
                            "understudy.1",
                            "understudy-doctor.1",
                            "understudy-user-add.1",
                            "understudy-restore-merge.1")
                    .hasSize(count(root));
        }
        String page = Files.readString(folder.resolve("man1/understudy-user-add.1"));
        assertThat(page)
                .startsWith(".TH \"UNDERSTUDY-USER-ADD\" 1 \"\" \"Understudy 1.2\" \"Understudy\"\n.SH NAME\n"
                        + "understudy\\-user\\-add \\- Add a user, who can then log in over IMAP\n")
                .contains(".TP\n.B \\-\\-password\\-stdin\nRead the password from standard input, as one line.\n")
                .contains("pwgen 20 1 | understudy user add anna");
        assertThat(Files.readString(folder.resolve("man1/understudy.1"))).contains(".SH EXIT CODES\n.nf\n   0  done");
        assertThat(Files.readString(folder.resolve("understudy")))
                .contains("complete -F _complete_understudy")
                .contains("--password-stdin");
        for (String line : page.lines().toList()) {
            assertThat(line).doesNotMatch("^[.'](?!TH|SH|TP|PP|B |nf|fi).*");
        }
    }

    /** One call for all pages, so that a fault in any is seen: groff by way of man(1), and mandoc(1). */
    @Test
    void everyPageIsSetWithoutAWarning() throws Exception {
        assumeTrue(found("man") && found("groff"), "needs man and groff");
        Manual.write(Main.program(Surroundings.ofProcess()).model(), "1.2", folder);
        assertThat(output("LC_ALL=C.UTF-8 MANWIDTH=100 man --warnings -E UTF-8 -l man1/*.1 2>&1 >/dev/null"))
                .as("what man says of the pages")
                .isEmpty();
        assumeTrue(found("mandoc"), "needs mandoc");
        assertThat(output("mandoc -Tlint -Wwarning man1/*.1 2>&1 | grep -v 'missing date'"))
                .as("what mandoc says of the pages")
                .isEmpty();
    }

    @Test
    void bashCompletesTheVerbsOfEveryLevel() throws Exception {
        CommandLine root = Main.program(Surroundings.ofProcess()).model();
        Manual.write(root, "1.2", folder);
        StringBuilder script = new StringBuilder("compopt() { :; }; . ./understudy\n");
        List<List<String>> paths = new ArrayList<>();
        paths(root, List.of("understudy"), paths);
        for (List<String> path : paths) {
            script.append("COMP_WORDS=(")
                    .append(String.join(" ", path))
                    .append(" '') COMP_CWORD=")
                    .append(path.size());
            script.append("; COMPREPLY=(); _complete_understudy; echo \"").append(String.join(" ", path));
            script.append(": ${COMPREPLY[*]}\"\n");
        }
        Files.writeString(folder.resolve("try.sh"), script);
        List<String> said = output("bash try.sh 2>&1").lines().toList();
        assertThat(said).hasSize(paths.size());
        for (int i = 0; i < said.size(); i++) {
            CommandLine command = root;
            for (String word : paths.get(i).subList(1, paths.get(i).size())) {
                command = command.getSubcommands().get(word);
            }
            assertThat(List.of(said.get(i).split(" ")))
                    .as("after %s", paths.get(i))
                    .containsAll(command.getSubcommands().keySet());
        }
    }

    /** Each command that has verbs below it. */
    private static void paths(CommandLine command, List<String> words, List<List<String>> all) {
        if (command.getSubcommands().isEmpty()) {
            return;
        }
        all.add(words);
        command.getSubcommands().forEach((name, below) -> {
            List<String> longer = new ArrayList<>(words);
            longer.add(name);
            paths(below, longer, all);
        });
    }

    private String output(String script) throws Exception {
        Path out = folder.resolve("output");
        Process process = new ProcessBuilder("bash", "-c", script)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        process.getOutputStream().close();
        assertThat(process.waitFor(180, TimeUnit.SECONDS)).as(script).isTrue();
        return Files.readString(out);
    }

    private static boolean found(String command) {
        return List.of(System.getenv("PATH").split(":")).stream()
                .anyMatch(one -> Files.isExecutable(Path.of(one, command)));
    }

    private static int count(CommandLine command) {
        return 1
                + command.getSubcommands().values().stream()
                        .mapToInt(ManualTest::count)
                        .sum();
    }
}
