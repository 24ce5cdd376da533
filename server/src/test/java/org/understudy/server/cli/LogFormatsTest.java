package org.understudy.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.OutputStreamAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogFormatsTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final LoggerContext context = new LoggerContext();
    private final LogbackMDCAdapter marks = new LogbackMDCAdapter();

    private Logger logger() {
        context.setMDCAdapter(marks);
        OutputStreamAppender<ILoggingEvent> appender = new OutputStreamAppender<>();
        appender.setContext(context);
        appender.setEncoder(LogFormats.json(context));
        appender.setOutputStream(written);
        appender.start();
        Logger logger = context.getLogger("org.understudy.Example");
        logger.addAppender(appender);
        return logger;
    }

    private List<String> lines() {
        return written.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void anEventIsALineOfJsonWhateverItSays() throws Exception {
        Logger logger = logger();
        marks.put("session", "s-1");
        marks.put("trace", "4bf92f3577b34da6a3ce929d0e0e4736");
        logger.info("user {} said \"{}\"", "J\u00fcrgen", "one\r\ntwo\t\u0000\u001b[31m");
        marks.clear();
        logger.error(
                "it failed",
                new IllegalStateException("first\nline", new java.io.IOException("no space left on \"device\"")));

        List<String> lines = lines();
        assertThat(lines).hasSize(2);
        JsonNode said = new ObjectMapper().readTree(lines.get(0));
        assertThat(said.path("formattedMessage").asText())
                .isEqualTo("user J\u00fcrgen said \"one\r\ntwo\t\u0000\u001b[31m\"");
        assertThat(said.path("level").asText()).isEqualTo("INFO");
        assertThat(said.path("loggerName").asText()).isEqualTo("org.understudy.Example");
        assertThat(said.path("timestamp").asLong()).isPositive();
        assertThat(said.path("mdc").path("session").asText()).isEqualTo("s-1");
        assertThat(said.path("mdc").path("trace").asText()).hasSize(32);
        JsonNode failed = new ObjectMapper().readTree(lines.get(1));
        assertThat(failed.path("throwable").path("message").asText()).isEqualTo("first\nline");
        assertThat(failed.path("throwable").path("cause").path("className").asText())
                .isEqualTo("java.io.IOException");
        assertThat(failed.path("mdc").isEmpty()).isTrue();
    }
}
