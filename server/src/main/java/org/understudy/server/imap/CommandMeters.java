package org.understudy.server.imap;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How many commands there were, what came of them, and how long those took that users wait for. What is no command of this
 * list counts as {@code other}, so that clients cannot make up names. Nothing is counted before {@link #bindTo}.
 */
final class CommandMeters implements MeterBinder {
    private static final String OTHER = "other";

    /** Those whose time is told; the time of a command that waits for a line of its client, as IDLE does, is not. */
    private static final Set<String> TIMED = Set.of(
            "append", "copy", "expunge", "fetch", "list", "login", "move", "search", "select", "status", "store");

    private static final Set<String> COUNTED = Set.of(
            "authenticate",
            "capability",
            "check",
            "close",
            "compress",
            "create",
            "delete",
            "enable",
            "examine",
            "getquota",
            "getquotaroot",
            "id",
            "idle",
            "logout",
            "lsub",
            "namespace",
            "noop",
            "rename",
            "replace",
            "sort",
            "starttls",
            "subscribe",
            "thread",
            "unselect",
            "unsubscribe");

    private static final Duration[] LIMITS = {
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5)
    };

    private final CompositeMeterRegistry registry = new CompositeMeterRegistry();
    private final Map<String, One> commands = new HashMap<>();
    private final One other;

    /** What a client was told of a command. */
    enum Result {
        OK,
        NO,
        BAD,
        /** Nothing that could be sent to its end. */
        BROKEN;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final class One {
        private final Map<Result, Counter> results = new EnumMap<>(Result.class);
        private final @Nullable Timer time;

        One(String name, CompositeMeterRegistry registry) {
            for (Result result : Result.values()) {
                results.put(
                        result,
                        Counter.builder("understudy.imap.commands")
                                .description("Commands by what the client was told.")
                                .tag("command", name)
                                .tag("result", result.word())
                                .register(registry));
            }
            time = !TIMED.contains(name)
                    ? null
                    : Timer.builder("understudy.imap.command")
                            .description("From a command's last octet to its answer being handed to the network.")
                            .tag("command", name)
                            .serviceLevelObjectives(LIMITS)
                            .register(registry);
        }
    }

    CommandMeters() {
        TIMED.forEach(name -> commands.put(name, new One(name, registry)));
        COUNTED.forEach(name -> commands.put(name, new One(name, registry)));
        other = new One(OTHER, registry);
    }

    /**
     * Counts a command that has ended.
     *
     * @param name in capitals, {@code UID } before it where the client said so
     * @param nanos how long it took, or negative where it waited for its client
     */
    void count(String name, Result result, long nanos) {
        String plain = name.startsWith("UID ") ? name.substring(4) : name;
        One one = commands.getOrDefault(plain.toLowerCase(Locale.ROOT), other);
        Counter counter = one.results.get(result);
        if (counter != null) {
            counter.increment();
        }
        if (one.time != null && nanos >= 0) {
            one.time.record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public void bindTo(MeterRegistry shown) {
        registry.add(shown);
    }
}
