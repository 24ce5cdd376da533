package org.understudy.benchmarks.subject;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A server process of ours from its start to its end. */
final class OwnProcess {
    private static final Duration START = Duration.ofMinutes(4);
    private static final Duration END = Duration.ofMinutes(1);

    private final Process process;
    private final Path log;

    private OwnProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** Starts it and waits for its greeting on a port. */
    static OwnProcess start(List<String> command, Map<String, String> environment, Path log, int port)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        OwnProcess started = new OwnProcess(builder.start(), log);
        long end = System.nanoTime() + START.toNanos();
        while (!greets(port)) {
            if (!started.process.isAlive() || System.nanoTime() > end) {
                started.process.destroyForcibly();
                throw new IOException("no greeting on port " + port + " from " + command.get(0) + "; its log " + log
                        + " ends:\n" + started.tail());
            }
            Thread.sleep(20);
        }
        return started;
    }

    ProcessTree tree() {
        return new ProcessTree(process.pid());
    }

    /** Ends it and all its descendants. */
    void stop() {
        List<Long> pids = tree().pids();
        process.destroy();
        try {
            if (!process.waitFor(END.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        } finally {
            ProcessTree.killAll(pids);
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private String tail() throws IOException {
        List<String> lines = Files.readAllLines(log, java.nio.charset.StandardCharsets.ISO_8859_1);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
    }

    private static boolean greets(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 2_000);
            socket.setSoTimeout(10_000);
            InputStream in = socket.getInputStream();
            return in.read() == '*';
        } catch (IOException notYet) {
            return false;
        }
    }
}
