package org.understudy.server.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.Map;
import org.slf4j.LoggerFactory;
import org.understudy.server.config.Configuration.LogLevel;

/** Sets how much is logged; UNDERSTUDY_LOG_LEVEL in the environment has the last word. */
final class LogLevels {
    private static final String VARIABLE = "UNDERSTUDY_LOG_LEVEL";

    private LogLevels() {}

    /** For verbs that end by themselves: results and errors are printed, so only warnings are worth a log line. */
    static void quiet(Map<String, String> environment) {
        set(Level.WARN, environment);
    }

    static void configured(LogLevel level, Map<String, String> environment) {
        set(
                switch (level) {
                    case ERROR -> Level.ERROR;
                    case WARN -> Level.WARN;
                    case INFO -> Level.INFO;
                    case DEBUG -> Level.DEBUG;
                    case TRACE -> Level.TRACE;
                },
                environment);
    }

    private static void set(Level level, Map<String, String> environment) {
        if (environment.getOrDefault(VARIABLE, "").isEmpty()
                && LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
            root.setLevel(level);
        }
    }
}
