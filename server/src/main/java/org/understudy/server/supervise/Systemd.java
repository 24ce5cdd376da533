package org.understudy.server.supervise;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.server.admin.ServerStatus;

/** systemd as the supervisor of this process. */
public final class Systemd implements Supervision {
    private static final Logger LOG = LoggerFactory.getLogger(Systemd.class);
    private static final Duration END = Duration.ofSeconds(15);

    private final NotifyCommand notices;
    private final Optional<Duration> watchdog;

    Systemd(NotifyCommand notices, Optional<Duration> watchdog) {
        this.notices = notices;
        this.watchdog = watchdog;
    }

    /** By what systemd has set in the environment of the process; {@link Supervision#NONE} if it has not started it. */
    public static Supervision of(Map<String, String> environment) {
        String socket = environment.getOrDefault("NOTIFY_SOCKET", "");
        if (socket.isEmpty()) {
            return NONE;
        }
        return new Systemd(
                new NotifyCommand("systemd-notify", socket),
                interval(environment, ProcessHandle.current().pid()));
    }

    /** How often systemd wants to hear of process {@code pid}, by WATCHDOG_USEC and WATCHDOG_PID (sd_watchdog_enabled(3)). */
    static Optional<Duration> interval(Map<String, String> environment, long pid) {
        String micros = environment.getOrDefault("WATCHDOG_USEC", "");
        String whose = environment.getOrDefault("WATCHDOG_PID", "");
        if (!micros.matches("[1-9]\\d{0,15}") || !(whose.isEmpty() || whose.equals(Long.toString(pid)))) {
            return Optional.empty();
        }
        return Optional.of(Duration.of(Long.parseLong(micros), ChronoUnit.MICROS));
    }

    @Override
    public Serving serving(ServerStatus status) {
        notices.send(
                "READY=1",
                String.format(Locale.ROOT, "STATUS=%d users, %d messages", status.users(), status.messages()));
        Optional<Thread> pulse = watchdog.flatMap(within -> pulse(within, status));
        return new Serving() {
            @Override
            public void reloading(Runnable work) {
                reload(work);
            }

            @Override
            public void close() {
                notices.send("STOPPING=1", "STATUS=sessions are being ended");
                pulse.ifPresent(Systemd::end);
            }
        };
    }

    /** By the steady clock of the kernel, which is that of {@link System#nanoTime()} on Linux (sd_notify(3)). */
    private synchronized void reload(Runnable work) {
        notices.send(
                "RELOADING=1",
                "MONOTONIC_USEC=" + TimeUnit.NANOSECONDS.toMicros(System.nanoTime()),
                "STATUS=certificates are read again");
        try {
            work.run();
        } finally {
            notices.send("READY=1", "STATUS=certificates were read again");
        }
    }

    private Optional<Thread> pulse(Duration within, ServerStatus status) {
        Optional<Greeting> greeting = Greeting.of(status.listeners());
        if (greeting.isEmpty()) {
            LOG.warn("Nothing listens for mail programs, so systemd's watchdog has nothing to go by");
            return Optional.empty();
        }
        return Optional.of(
                Thread.ofPlatform().daemon().name("watchdog").start(() -> beat(greeting.get(), within.toMillis() / 3)));
    }

    /** Until this thread is interrupted. */
    private void beat(Greeting greeting, long everyMillis) {
        while (!Thread.currentThread().isInterrupted()) {
            tell(greeting, everyMillis);
            try {
                TimeUnit.MILLISECONDS.sleep(everyMillis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void tell(Greeting greeting, long patienceMillis) {
        Optional<String> wrong = greeting.missing(Math.toIntExact(patienceMillis));
        if (wrong.isEmpty()) {
            notices.send("WATCHDOG=1");
        } else {
            LOG.error("The server does not greet ({}); unless it does soon, systemd restarts it", wrong.get());
        }
    }

    private static void end(Thread thread) {
        thread.interrupt();
        try {
            if (!thread.join(END)) {
                LOG.warn("The watchdog's thread did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
