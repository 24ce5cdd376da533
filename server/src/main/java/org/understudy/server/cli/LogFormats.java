package org.understudy.server.cli;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.OutputStreamAppender;
import java.util.Map;
import org.slf4j.LoggerFactory;
import org.understudy.server.config.Configuration.LogFormat;

/** Sets how log lines look; UNDERSTUDY_LOG_FORMAT in the environment, {@code text} or {@code json}, has the last word. */
final class LogFormats {
    static final String VARIABLE = "UNDERSTUDY_LOG_FORMAT";
    private static final String APPENDER = "STDERR";

    private LogFormats() {}

    /** Before a configuration has been read. */
    static void begin(Map<String, String> environment) {
        configured(LogFormat.TEXT, environment);
    }

    /** JSON stays, where it was set: lines of before are not to be mixed with others more than once. */
    static void configured(LogFormat format, Map<String, String> environment) {
        String wanted = environment.getOrDefault(VARIABLE, "");
        boolean json = wanted.isEmpty() ? format == LogFormat.JSON : wanted.equalsIgnoreCase("json");
        if (json
                && LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger root
                && root.getAppender(APPENDER) instanceof OutputStreamAppender<ILoggingEvent> appender
                && !(appender.getEncoder() instanceof JsonEncoder)) {
            appender.setEncoder(json(root.getLoggerContext()));
        }
    }

    /** One JSON object a line, with what a message, its thread's marks and an exception say. */
    static JsonEncoder json(LoggerContext context) {
        JsonEncoder encoder = new JsonEncoder();
        encoder.setContext(context);
        encoder.setWithSequenceNumber(false);
        encoder.setWithNanoseconds(false);
        encoder.setWithContext(false);
        encoder.setWithMarkers(false);
        encoder.setWithKVPList(false);
        encoder.setWithMessage(false);
        encoder.setWithArguments(false);
        encoder.setWithFormattedMessage(true);
        encoder.start();
        return encoder;
    }
}
