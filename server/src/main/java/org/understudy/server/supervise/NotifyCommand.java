package org.understudy.server.supervise;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends assignments to systemd by its command {@code systemd-notify}: Java has no datagrams of Unix sockets, and whatever
 * has set {@code NOTIFY_SOCKET} has the command too. The unit must say {@code NotifyAccess=all}. Any thread.
 */
final class NotifyCommand {
    private static final Logger LOG = LoggerFactory.getLogger(NotifyCommand.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String command;
    private final String socket;

    /**
     * @param command a name to look for in PATH, or a path
     * @param socket where systemd listens, as it says in NOTIFY_SOCKET
     */
    NotifyCommand(String command, String socket) {
        this.command = command;
        this.socket = socket;
    }

    /**
     * @param assignments for example {@code READY=1}, of the list in sd_notify(3)
     * @return whether they were sent; if not, the log says why
     */
    boolean send(String... assignments) {
        List<String> words = new ArrayList<>(List.of(command));
        words.addAll(List.of(assignments));
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
            builder.environment().put("NOTIFY_SOCKET", socket);
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                LOG.warn("systemd could not be told {}: {} did not end", assignments[0], command);
                return false;
            }
            if (process.exitValue() != 0) {
                LOG.warn(
                        "systemd could not be told {}: {} ended with {}", assignments[0], command, process.exitValue());
                return false;
            }
            return true;
        } catch (IOException e) {
            LOG.warn("systemd could not be told {}: {}", assignments[0], e.getMessage());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
