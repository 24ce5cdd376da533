package org.understudy.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.cli.Frame;
import org.understudy.restore.cli.Invocation;
import org.understudy.restore.cli.Verb;
import org.understudy.restore.cli.VerbGroup;
import org.understudy.storage.MailStore;
import picocli.CommandLine.Command;

/** Each test reads like a session at a terminal. */
@Timeout(180)
class ProgramTest {
    private static final String COUNTED =
            "{\"phase\":\"counting mail\",\"done\":0,\"total\":%1$d,\"unit\":\"users\",\"bytes\":0}\n"
                    + "{\"phase\":\"counting mail\",\"done\":%1$d,\"total\":%1$d,\"unit\":\"users\",\"bytes\":0}\n";

    @TempDir
    Path folder;

    private Transcript shell;

    @BeforeEach
    void shell() throws Exception {
        folder = folder.toRealPath();
        Files.writeString(folder.resolve("cheap.conf"), "accounts.hash { memory = 1 MiB, passes = 1 }\n");
        shell = new Transcript(
                folder,
                frame -> Map.of(
                        "test",
                        () -> VerbGroup.of(
                                "test",
                                "Verbs of this test.",
                                List.of(new Bug(frame), new Missing(frame), new Endless(frame)))));
        shell.environment.put("UNDERSTUDY_CONFIG", "cheap.conf");
    }

    @Command(name = "bug", description = "Fail.")
    static final class Bug extends Verb {
        Bug(Frame frame) {
            super(frame);
        }

        @Override
        protected int run(Invocation invocation) {
            throw new IllegalStateException("two and two are five");
        }
    }

    @Command(name = "missing", description = "Fail as the virtual machine does where a class file cannot be opened.")
    static final class Missing extends Verb {
        Missing(Frame frame) {
            super(frame);
        }

        @Override
        protected int run(Invocation invocation) {
            throw new NoClassDefFoundError("org/understudy/Missing");
        }
    }

    static final CountDownLatch ENDLESS = new CountDownLatch(1);

    @Command(name = "endless", description = "Wait.")
    static final class Endless extends Verb {
        Endless(Frame frame) {
            super(frame);
        }

        @Override
        protected int run(Invocation invocation) throws InterruptedException {
            ENDLESS.countDown();
            new CountDownLatch(1).await();
            return 0;
        }
    }

    @Test
    void usersAreAddedListedAndDeletedWithoutAServer() {
        shell.withInput("rosebud\n")
                .run("user", "add", "Anna", "--password-stdin")
                .is(0, "User anna was added.\n", "A new, empty store was made in FOLDER/data/store\n");
        shell.typing("xanadu", "xanadu")
                .run("user", "add", "bert@example.org")
                .is(0, "User bert@example.org was added.\n", "Password for bert@example.org: The same again: ");
        shell.run("user", "list").is(0, """
                        user              mailboxes    messages            MB
                        anna                      0           0           0.0
                        bert@example.org          0           0           0.0
                        """, COUNTED.formatted(2));
        shell.withInput("rosebud\n")
                .run("user", "add", "anna", "--password-stdin")
                .is(10, "", """
                        understudy: there is a user 'anna' already
                        HINT: set a new password with 'understudy user passwd anna', or choose another name
                        """);
        shell.withInput("other\r\n")
                .run("user", "passwd", "anna", "--password-stdin")
                .is(0, "The password of anna was changed.\n", "");
        shell.run("user", "delete", "anna").is(0, "User anna was deleted.\n", "");
        shell.run("user", "delete", "anna").is(9, "", """
                        understudy: there is no user 'anna'
                        HINT: 'understudy user list' shows all users
                        """);
    }

    @Test
    void passwordsAreCheckedBeforeAnythingHappens() {
        shell.run("user", "add", "anna").is(2, "", """
                        understudy: there is no terminal on which to ask for the password
                        HINT: add --password-stdin and send the password as one line to standard input
                        """);
        shell.typing("one", "two").run("user", "add", "anna").is(2, "", """
                        Password for anna: The same again: understudy: the two passwords differ; nothing was changed
                        HINT: give the command again
                        """);
        shell.run("user", "add", "anna", "--password-stdin").is(2, "", """
                        understudy: the password is empty
                        HINT: choose a password of some length
                        """);
        shell.run("user", "add", "an na").is(2, "", """
                        understudy: 'an na' cannot be a user name
                        HINT: use letters, digits and . _ + = ~ -, beginning with a letter or digit, then if you like @ and a domain; for example anna or anna@example.org
                        """);
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void jsonIsOneDocumentWhateverHappens() throws Exception {
        ObjectMapper json = new ObjectMapper();
        JsonNode added = json.readTree(shell.withInput("rosebud\n")
                .run("--json", "user", "add", "anna", "--password-stdin")
                .out());
        assertThat(added.get("user").asText()).isEqualTo("anna");
        JsonNode users = json.readTree(shell.run("user", "list", "--json").out());
        assertThat(users.get("users")).hasSize(1);
        assertThat(users.get("users").get(0).has("passwordHash")).isFalse();
        shell.run("user", "delete", "bert", "--json")
                .is(
                        9,
                        "{\"error\":{\"reason\":\"NOT_FOUND\",\"message\":\"there is no user 'bert'\",\"hint\":"
                                + "\"'understudy user list' shows all users\",\"exitCode\":9}}\n",
                        "");
        JsonNode wrong = json.readTree(shell.run("--json", "usr").out()).get("error");
        assertThat(wrong.get("reason").asText()).isEqualTo("USAGE");
        assertThat(wrong.get("exitCode").asInt()).isEqualTo(2);
    }

    @Test
    void misspeltWordsAreAnsweredWithTheNearestOnes() {
        shell.run("statsu").is(2, "", """
                        understudy: 'understudy' has no verb 'statsu'
                        HINT: did you mean 'understudy status'? 'understudy --help' shows how to write it
                        """);
        shell.run("user", "ad").is(2, "", """
                        understudy: 'understudy user' has no verb 'ad'
                        HINT: did you mean 'understudy user add'? 'understudy user --help' shows how to write it
                        """);
        shell.run("status", "--jsno").is(2, "", """
                        understudy: 'understudy status' has no option --jsno
                        HINT: did you mean --json? 'understudy status --help' shows how to write it
                        """);
        shell.run("user").is(2, "", """
                        understudy: 'understudy user' needs a verb
                        HINT: one of add, passwd, list, check, delete; 'understudy user --help' explains them
                        """);
        shell.run("user", "add").is(2, "", """
                        understudy: missing required parameter: 'NAME'
                        HINT: 'understudy user add --help' shows how to write it
                        """);
    }

    @Test
    void helpTeaches() {
        Transcript.Said root = shell.run("--help");
        assertThat(root.exitCode()).isZero();
        assertThat(root.out())
                .contains("Verbs (", "server", "user", "status", "version")
                .contains(" 130  interrupted; the same command goes on where it stopped")
                .contains("Example: understudy user add anna");
        Transcript.Said add = shell.run("user", "add", "--help");
        assertThat(add.exitCode()).isZero();
        assertThat(add.out()).contains("--password-stdin", "NAME", "Example: understudy user add anna");
        assertThat(shell.run().exitCode()).isEqualTo(2);
    }

    @Test
    void aFaultInTheConfigurationStopsAVerbThatNeedsIt() throws Exception {
        Files.writeString(folder.resolve("bad.conf"), "listeners { imaps { prot = 1 } }\n");
        shell.run("--config", "bad.conf", "server").is(4, "", """
                        understudy: the configuration has a fault:
                          FOLDER/bad.conf:1: listeners.imaps.prot: unknown key; did you mean 'port'?
                        HINT: correct the lines named above; conf/understudy.conf of the distribution explains every key
                        """);
        assertThat(shell.run("--config", "bad.conf", "version").exitCode()).isZero();
    }

    @Test
    void aFaultOfTheProgramSaysWhereItsDetailsAre() throws Exception {
        Transcript.Said said = shell.run("test", "bug");
        assertThat(said.exitCode()).isEqualTo(70);
        assertThat(said.err())
                .contains("understudy: a fault in Understudy itself: IllegalStateException: two and two are five");
        Path trace = Path.of(said.err().replaceAll("(?s).*the stack trace is in (\\S+);.*", "$1"));
        assertThat(trace).content().contains("understudy test bug", "at org.understudy.server.cli.ProgramTest$Bug.run");
        Files.delete(trace);
    }

    @Test
    void anErrorOfTheVirtualMachineIsAFaultOfTheProgramToo() throws Exception {
        Transcript.Said said = shell.run("test", "missing");
        assertThat(said.exitCode()).isEqualTo(70);
        assertThat(said.err()).contains("a fault in Understudy itself: NoClassDefFoundError: org/understudy/Missing");
        Files.delete(Path.of(said.err().replaceAll("(?s).*the stack trace is in (\\S+);.*", "$1")));
    }

    @Test
    void everyPartIsClosedWhateverHappensToTheOneBefore() {
        List<String> closed = new ArrayList<>();
        Deque<AutoCloseable> parts = new ArrayDeque<>(List.of(
                () -> {
                    throw new NoClassDefFoundError("org/understudy/Missing");
                },
                () -> closed.add("ledger"),
                () -> {
                    throw new IllegalStateException("the second");
                },
                () -> closed.add("store")));
        assertThatThrownBy(() -> RunningServer.closeAll(parts))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("org/understudy/Missing")
                .cause()
                .hasSuppressedException(new IllegalStateException("the second"));
        assertThat(closed).containsExactly("ledger", "store");
    }

    @Test
    void anInterruptedVerbEndsWith130() throws Exception {
        AtomicReference<Transcript.Said> said = new AtomicReference<>();
        Thread thread = Thread.ofPlatform().start(() -> said.set(shell.run("test", "endless")));
        assertThat(ENDLESS.await(30, TimeUnit.SECONDS)).isTrue();
        thread.interrupt();
        thread.join();
        said.get().is(130, "", """
                        understudy: interrupted; what was done so far is kept
                        HINT: give the same command again to go on
                        """);
    }

    @Test
    void aStoreHeldByAnotherWithoutAServerIsExplained() {
        try (MailStore held = MailStore.open(folder.resolve("data/store"), MailStore.Options.defaults())) {
            Transcript.Said said = shell.run("user", "list");
            assertThat(said.exitCode()).isEqualTo(6);
            assertThat(said.err())
                    .contains(
                            "understudy: the store in FOLDER/data/store is held by another process, but no server has left its"
                                    + " address in FOLDER/data\nHINT: another understudy command");
            assertThat(held.accounts().all()).isEmpty();
        }
    }

    @Test
    void theServerDoesTheWorkWhileItRuns() throws Exception {
        shell.run("status").is(13, """
                        No server is running on FOLDER/data.
                        Start one with 'understudy server', or name its data folder with --data.
                        """, "");
        Transcript console = new Transcript(folder);
        console.environment.putAll(shell.environment);
        Transcript.PrintedAndKept kept = console.new PrintedAndKept();
        AtomicReference<Transcript.Said> ended = new AtomicReference<>();
        Thread server = Thread.ofPlatform().start(() -> ended.set(console.run(kept, "server")));
        try {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> kept.text(kept.out).contains("Stop it with Ctrl-C."));
            assertThat(kept.text(kept.out))
                    .matches("(?s)Understudy 1\\.2\\.3 is ready; data in FOLDER/data\n"
                            + "  imaps      127\\.0\\.0\\.1:9993\n  admin      127\\.0\\.0\\.1:\\d+\n"
                            + "There are no users yet\\. In another window: understudy user add NAME\n"
                            + "Stop it with Ctrl-C\\.\n");
            shell.withInput("rosebud\n")
                    .run("user", "add", "anna", "--password-stdin")
                    .is(0, "User anna was added.\n", "");
            assertThat(shell.run("user", "list").out()).contains("anna");
            shell.run("user", "delete", "bert").is(9, "", """
                            understudy: there is no user 'bert'
                            HINT: 'understudy user list' shows all users
                            """);
            Transcript.Said status = shell.run("status");
            assertThat(status.exitCode()).isZero();
            assertThat(status.out())
                    .contains(
                            "Understudy 1.2.3 is running for ",
                            "imaps      127.0.0.1:9993",
                            "1 user, 0 mailboxes, 0 messages");
            assertThat(shell.run("server").exitCode()).isEqualTo(6);
        } finally {
            server.interrupt();
            server.join();
        }
        assertThat(ended.get().exitCode()).as(ended.get().err()).isZero();
        assertThat(shell.run("status").exitCode()).isEqualTo(13);
        assertThat(shell.run("user", "list").out()).contains("anna");
    }
}
