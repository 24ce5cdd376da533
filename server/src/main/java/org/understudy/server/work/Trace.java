package org.understudy.server.work;

import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * What a request to the admin API or the console is called in log lines and in its answer: 32 lower-case hexadecimal digits,
 * those of the client's {@code traceparent} where it sends one (W3C Trace Context, section 3.2), else drawn by lot. The work
 * that a request begins keeps its trace.
 */
public record Trace(String id) {
    /** Under which log lines have it. */
    public static final String MDC_KEY = "trace";

    /** Under which log lines of work have the work's id. */
    static final String WORK_KEY = "work";

    // A later version may have more fields behind these; version ff is none.
    private static final Pattern TRACEPARENT =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.{0,200})?");

    private static final int OCTETS = 16;

    /** @param traceparent as the client sent it; what has not that form is passed over */
    public static Trace of(Optional<String> traceparent, RandomGenerator random) {
        Matcher matcher = TRACEPARENT.matcher(traceparent.orElse(""));
        if (matcher.matches()) {
            return new Trace(matcher.group(1));
        }
        byte[] drawn = new byte[OCTETS];
        random.nextBytes(drawn);
        return new Trace(HexFormat.of().formatHex(drawn));
    }

    /** The id of the request that this thread answers or works for, or null. */
    static @Nullable String here() {
        return MDC.get(MDC_KEY);
    }

    /** Runs something whose log lines have this id. */
    public void in(Runnable work) {
        MDC.put(MDC_KEY, id);
        try {
            work.run();
        } finally {
            MDC.remove(MDC_KEY);
        }
    }
}
