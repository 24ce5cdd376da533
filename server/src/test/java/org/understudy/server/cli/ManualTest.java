package org.understudy.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

    private static int count(CommandLine command) {
        return 1
                + command.getSubcommands().values().stream()
                        .mapToInt(ManualTest::count)
                        .sum();
    }
}
