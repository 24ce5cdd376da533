package org.understudy.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The machine is gone; what is left is an encrypted repository and its key, as docs/runbooks/disaster.md has it. */
@Timeout(300)
class DisasterStoryTest {
    @TempDir
    private Path folder;

    private RestoreShell shell;

    @BeforeEach
    void machine() throws IOException {
        folder = folder.toRealPath();
        shell = new RestoreShell(folder);
        use("safe/repository.key");
    }

    private void use(String keyFile) throws IOException {
        Files.writeString(folder.resolve("understudy.conf"), """
                data-folder = data
                repository { folder = repository, encryption.key-file = "%s" }
                accounts.hash { memory = 1 MiB, passes = 1 }
                listeners { imaps.port = 0, imap.port = 0 }
                memory.store = 16 MiB
                """.formatted(keyFile));
    }

    private String signingKey() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("data/keys"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("snapshot-[0-9a-f]{16}\\.pub"))
                    .findFirst()
                    .orElseThrow()
                    .substring("snapshot-".length(), "snapshot-".length() + 16);
        }
    }

    @Test
    void aNewMachineHasTheStoreBackWithOneCommand() throws Exception {
        shell.run("repo", "key", "make", "safe/repository.key").exits(0).says("FOLDER/safe/repository.key");
        shell.run("repo", "key", "make", "safe/repository.key").exits(10).complains("there is a file");
        shell.typing("correct horse", "user", "add", "anna", "--password-stdin").exits(0);
        shell.run("canary", "add", "anna").exits(0);
        shell.run("snapshot").exits(0).says("FOLDER/repository");
        shell.typing("battery staple", "user", "add", "bert", "--password-stdin")
                .exits(0);
        shell.run("repo", "archive").exits(0);
        String key = signingKey();
        shell.run("repo", "key", "rotate", "safe/next.key")
                .exits(0)
                .says("is opened by 1 key", "Next: set repository.encryption.key-file to FOLDER/safe/next.key");

        Files.move(folder.resolve("data"), folder.resolve("burnt"));
        shell.run("repo", "recover").exits(14).complains("is encrypted", "does not open it: it takes key ");
        use("safe/next.key");
        shell.run("repo", "recover", "--list").exits(0).says("1 snapshot");
        assertThat(folder.resolve("data/store")).doesNotExist();
        shell.run("repo", "recover", "--trust-key-id", "0123456789abcdef")
                .exits(9)
                .complains("has no copy of the key 0123456789abcdef");
        RestoreShell.Said said =
                shell.run("repo", "recover", "--trust-key-id", key).exits(0);
        said.says(
                "Recovered FOLDER/data/store from FOLDER/repository\n",
                "replayed, up to ",
                "signed    by key " + key + ", which you named as trusted",
                "UIDNEXT was raised by 1,048,576",
                "Next: understudy server");
        assertThat(said.out()).doesNotContain("NOT PINNED");
        shell.run("repo", "recover").exits(10).complains("is not empty: it holds", "store");

        try (AutoCloseable server = shell.serve()) {
            assertThat(server).isNotNull();
            shell.run("user", "list").exits(0).says("anna", "bert");
            shell.run("fsck", "--deep").exits(0).says("Sound: nothing is wrong.");
            shell.run("snapshot").exits(0);
            shell.run("repo", "verify", "--full").exits(0).says("Sound: 1 finding.", "log gap (no damage)");
        }
    }

    @Test
    void withoutATrustedKeyItSaysSoLoudlyAndOneCommandMendsThat() throws Exception {
        shell.run("repo", "key", "make", "safe/repository.key").exits(0);
        shell.typing("correct horse", "user", "add", "anna", "--password-stdin").exits(0);
        shell.run("snapshot").exits(0);
        String key = signingKey();
        Files.move(folder.resolve("data"), folder.resolve("burnt"));
        shell.run("repo", "recover").exits(0).says("THE KEY WAS NOT PINNED", "understudy repo trust " + key);
        shell.run("repo", "verify").exits(3).says("key not trusted");
        shell.run("repo", "trust", key).exits(0).says("Key " + key + " is trusted from now on");
        shell.run("repo", "verify").exits(0);
        List<String> bad = List.of("--uid-margin", "-1");
        shell.run("repo", "recover", bad.get(0), bad.get(1)).exits(2);
    }

    @Test
    void mailBehindABreakOfTheLogIsNotForgottenSilently() throws Exception {
        shell.run("repo", "key", "make", "safe/repository.key").exits(0);
        shell.typing("correct horse", "user", "add", "anna", "--password-stdin").exits(0);
        shell.run("snapshot").exits(0);
        for (String user : List.of("bert", "cleo", "dora")) {
            shell.typing("battery staple", "user", "add", user, "--password-stdin")
                    .exits(0);
            shell.run("repo", "archive").exits(0);
        }
        List<Path> segments;
        try (Stream<Path> files = Files.list(folder.resolve("repository/logs"))) {
            segments = files.sorted().toList();
        }
        Files.delete(segments.get(segments.size() - 2));
        shell.run("repo", "list").exits(3).says("THE LOG IS NOT WHOLE:", "no file", "understudy repo verify");
        Files.move(folder.resolve("data"), folder.resolve("burnt"));
        shell.run("repo", "recover")
                .exits(3)
                .says(
                        "replayed, up to ",
                        "THE LOG DOES NOT LEAD FURTHER, though there was more of it:",
                        segments.get(segments.size() - 2).getFileName().toString(),
                        "HINT: If a copy of the repository has these files");
        shell.run("user", "list").exits(0).says("anna", "bert");
    }
}
