package org.understudy.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.understudy.restore.cli.Terminal;
import org.understudy.server.admin.AdminClient;

/** The whole command line in this process, in one folder, as {@link Main} puts it together. */
final class RestoreShell {
    private static final String CONFIGURATION = """
            data-folder = data
            repository-folder = repository
            accounts.hash { memory = 1 MiB, passes = 1 }
            listeners { imaps.port = 0, imap.port = 0 }
            memory.store = 16 MiB
            """;

    private final Path folder;

    RestoreShell(Path folder) throws IOException {
        this.folder = folder;
        Files.writeString(folder.resolve("understudy.conf"), CONFIGURATION);
    }

    /** What a command said; the folder's name is not part of it. */
    record Said(String command, int exitCode, String out, String err) {
        Said exits(int code) {
            assertThat(exitCode).as(toString()).isEqualTo(code);
            return this;
        }

        Said says(String... texts) {
            assertThat(out).as(toString()).contains(texts);
            return this;
        }

        Said complains(String... texts) {
            assertThat(err).as(toString()).contains(texts);
            return this;
        }

        @Override
        public String toString() {
            return "$ understudy " + command + "\n" + out + err + "exit " + exitCode;
        }
    }

    Said run(String... words) {
        return run(InputStream.nullInputStream(), words);
    }

    Said typing(String line, String... words) {
        return run(new ByteArrayInputStream((line + "\n").getBytes(StandardCharsets.UTF_8)), words);
    }

    private Said run(InputStream in, String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.program(surroundings()).run(in, print(out), print(err), words);
        return new Said(String.join(" ", words), code, text(out), text(err));
    }

    private Surroundings surroundings() {
        return new Surroundings(
                Map.of("UNDERSTUDY_CONFIG", "understudy.conf"),
                folder,
                Terminal.NONE,
                Clock.systemUTC(),
                "1.2.3",
                Optional::empty);
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8).replace(folder.toString(), "FOLDER");
    }

    /** A server on the folder; closing it stops it as Ctrl-C does. */
    AutoCloseable serve() {
        AtomicInteger code = new AtomicInteger(-1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Thread server = Thread.ofPlatform()
                .name("server")
                .start(() -> code.set(Main.program(surroundings())
                        .run(InputStream.nullInputStream(), print(out), print(err), "server")));
        await().atMost(Duration.ofMinutes(2)).until(() -> !server.isAlive() || answers());
        assertThat(server.isAlive()).as(text(out) + text(err)).isTrue();
        return () -> {
            server.interrupt();
            server.join();
            assertThat(code).as(text(out) + text(err)).hasValue(0);
        };
    }

    private boolean answers() throws Exception {
        Optional<AdminClient> client = AdminClient.connect(folder.resolve("data"));
        if (client.isEmpty()) {
            return false;
        }
        client.get().close();
        return true;
    }
}
