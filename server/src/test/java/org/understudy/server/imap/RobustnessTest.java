package org.understudy.server.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.apache.james.imap.api.ImapConfiguration;
import org.apache.james.imap.api.ImapMessage;
import org.apache.james.imap.api.process.ImapProcessor;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.message.Literal;
import org.apache.james.imap.message.request.CheckRequest;
import org.apache.james.imap.message.response.ExistsResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** Faults of the server, timeouts, the end of the server, and what the log says. */
final class RobustnessTest {
    @TempDir
    private Path folder;

    @Test
    void commandThatFailsIsAnsweredAndTheConnectionLives() throws Exception {
        List<BiFunction<ImapProcessor.Responder, ImapSession, Mono<Void>>> faults = List.of(
                (responder, session) -> Mono.error(new IllegalStateException("test")),
                (responder, session) -> Mono.error(new AssertionError("test")),
                (responder, session) -> {
                    throw new StackOverflowError("test");
                },
                (responder, session) -> Mono.empty(),
                (responder, session) -> Mono.fromRunnable(() -> {
                    responder.respond(new ExistsResponse(7));
                    throw new NoClassDefFoundError("test");
                }));
        for (BiFunction<ImapProcessor.Responder, ImapSession, Mono<Void>> fault : faults) {
            try (ImapTestServer server = ImapTestServer.start(folder, settings -> settings, onCheck(fault));
                    ImapTestClient client = server.login("anna")) {
                client.ok("SELECT INBOX");
                assertThat(client.status("CHECK")).startsWith("NO [SERVERBUG] ");
                client.ok("NOOP");
            }
        }
    }

    @Test
    void replyThatBreaksOffEndsTheConnectionAndTheLogSaysWhy() throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(SessionLog.class);
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        logger.addAppender(appender);
        logger.setLevel(Level.INFO);
        try (ImapTestServer server = ImapTestServer.start(folder, settings -> settings, engine -> {
                    ImapEngine failing = onCheck((responder, session) ->
                                    Mono.fromRunnable(() -> responder.respond(new ExistsResponse(7))))
                            .apply(engine);
                    return new ImapEngine(
                            failing.decoder(),
                            failing.processor(),
                            (message, composer) -> {
                                if (message instanceof ExistsResponse exists && exists.getNumberOfMessages() == 7) {
                                    composer.untagged().literal(new CutShort());
                                } else {
                                    engine.encoder().encode(message, composer);
                                }
                            },
                            failing.mechanisms(),
                            failing.logins());
                });
                ImapTestClient client = server.login("anna")) {
            client.ok("SELECT INBOX");
            client.send("c CHECK\r\nd NOOP\r\n");
            String rest = new String(client.in().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(rest).startsWith("* {1000000}\r\nxxx").doesNotContain("c ", "d ", "BYE");
            await().until(() -> server.server().connections() == 0);
        } finally {
            logger.setLevel(null);
            logger.detachAppender(appender);
        }
        assertThat(appender.list)
                .anySatisfy(event -> {
                    assertThat(event.getLevel()).isEqualTo(Level.ERROR);
                    assertThat(event.getThrowableProxy().getMessage()).contains("ended 900000 octets before its size");
                })
                .anySatisfy(
                        event -> assertThat(event.getFormattedMessage()).contains("a reply could not be completed"));
    }

    @Test
    void stoppingSaysByeToWaitingClientsAndLetsCommandsFinish() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        ImapTestServer server = ImapTestServer.start(folder, settings -> settings, onCheck((responder, session) -> {
            began.countDown();
            awaitLatch(mayEnd);
            return Mono.error(new IllegalStateException("test"));
        }));
        try (ImapTestClient waiting = server.connect();
                ImapTestClient idling = server.login("anna");
                ImapTestClient sending = server.login("anna");
                ImapTestClient working = server.login("anna")) {
            idling.send("i IDLE\r\n");
            assertThat(idling.line()).startsWith("+");
            sending.send("a APPEND INBOX {100+}\r\nabc");
            working.ok("SELECT INBOX");
            working.send("c CHECK\r\nd CREATE late\r\n");
            began.await();
            Thread stopping = new Thread(() -> server.server().stop(Duration.ofSeconds(60)));
            stopping.start();
            for (ImapTestClient client : List.of(waiting, idling, sending)) {
                assertThat(client.untilClosed()).hasSize(1).allMatch(line -> line.startsWith("* BYE "));
            }
            assertThat(stopping.isAlive()).isTrue();
            mayEnd.countDown();
            assertThat(working.untilClosed())
                    .satisfiesExactly(
                            line -> assertThat(line).startsWith("c NO "),
                            line -> assertThat(line).startsWith("* BYE "));
            stopping.join();
            assertThat(server.server().connections()).isZero();
        } finally {
            mayEnd.countDown();
            server.close();
        }
    }

    @Test
    void commandThatOutlastsTheGraceIsCutOff() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        ImapTestServer server = ImapTestServer.start(folder, settings -> settings, onCheck((responder, session) -> {
            began.countDown();
            awaitLatch(never);
            return Mono.empty();
        }));
        try (ImapTestClient working = server.login("anna")) {
            working.ok("SELECT INBOX");
            working.send("c CHECK\r\n");
            began.await();
            Thread stopping = new Thread(() -> server.server().stop(Duration.ofMillis(200)));
            stopping.start();
            assertThat(working.untilClosed()).isEmpty();
            never.countDown();
            stopping.join();
        } finally {
            never.countDown();
        }
    }

    @Test
    void clientsThatSendNothingAreLoggedOut() throws Exception {
        try (ImapTestServer server = ImapTestServer.start(
                folder,
                settings -> settings.withTimeouts(new ImapSettings.Timeouts(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(60),
                        Duration.ofMillis(1))))) {
            try (ImapTestClient user = server.login("anna");
                    ImapTestClient stranger = server.connect();
                    ImapTestClient mute = ImapTestClient.plain(server.imaps())) {
                assertThat(user.untilClosed()).hasSize(1).allMatch(line -> line.startsWith("* BYE Autologout"));
                assertThat(stranger.untilClosed()).hasSize(1).allMatch(line -> line.startsWith("* BYE Autologout"));
                assertThat(mute.untilClosed()).isEmpty();
            }
        }
    }

    @Test
    void failedLoginsAreAnsweredLateAndLater() throws Exception {
        try (ImapTestServer server = ImapTestServer.start(
                        folder,
                        settings -> settings.withTimeouts(
                                ImapTestServer.withLoginDelay(settings.timeouts(), Duration.ofMillis(300))));
                ImapTestClient client = server.connect()) {
            long began = System.nanoTime();
            assertThat(client.status("LOGIN anna wrong")).startsWith("NO ");
            long first = System.nanoTime();
            assertThat(client.status("AUTHENTICATE PLAIN " + Base64.getEncoder().encodeToString("\0a\0b".getBytes())))
                    .startsWith("NO ");
            long second = System.nanoTime();
            assertThat(Duration.ofNanos(first - began)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
            assertThat(Duration.ofNanos(second - first)).isGreaterThanOrEqualTo(Duration.ofMillis(600));
            client.ok("LOGIN anna secret");
        }
    }

    @Test
    void logTellsTheSessionAndNoSecret() throws Exception {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level before = root.getLevel();
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        root.addAppender(appender);
        root.setLevel(Level.DEBUG);
        try (ImapTestServer server = ImapTestServer.start(folder)) {
            try (ImapTestClient client = server.connect()) {
                client.command("LOGIN hunter2 hunter2");
                client.command("LOGIN {7+}\r\nhunter2 {8+}\r\nhunter2\n");
                client.ok("LOGIN anna secret");
                client.command("APPEND INBOX {11+}\r\nhunter2: x\n");
                client.send("i IDLE\r\nhunter2\r\n");
                client.until("i");
                client.ok("LOGOUT");
            }
            await().until(() -> server.server().connections() == 0);
        } finally {
            root.setLevel(before);
            root.detachAppender(appender);
        }
        List<ILoggingEvent> events = List.copyOf(appender.list);
        assertThat(events)
                .noneMatch(event -> event.getFormattedMessage().contains("hunter2")
                        || String.valueOf(
                                        event.getThrowableProxy() == null
                                                ? ""
                                                : event.getThrowableProxy().getMessage())
                                .contains("hunter2"));
        List<ILoggingEvent> ours = events.stream()
                .filter(event -> event.getLoggerName().equals(SessionLog.class.getName()))
                .toList();
        assertThat(ours).allMatch(event -> event.getMDCPropertyMap().containsKey(SessionLog.MDC_KEY));
        assertThat(ours.stream()
                        .map(event -> event.getMDCPropertyMap().get(SessionLog.MDC_KEY))
                        .distinct())
                .hasSize(1);
        assertThat(ours.stream().map(ILoggingEvent::getFormattedMessage))
                .satisfiesExactly(
                        line -> assertThat(line).matches("imaps 127.0.0.1:\\d+: connected"),
                        line -> assertThat(line).matches(".*: encrypted with TLSv1.3 TLS_\\S+, no host name asked for"),
                        line -> assertThat(line)
                                .matches(".*: login refused for an unknown user, 1 so far on this connection"),
                        line -> assertThat(line)
                                .matches(".*: login refused for an unknown user, 2 so far on this connection"),
                        line -> assertThat(line).matches(".*: user anna logged in"),
                        line -> assertThat(line)
                                .matches(".*: closed after \\d+ s, the client logged out; user anna, 6 commands,"
                                        + " \\d+ octets in, \\d+ out"));
    }

    private static UnaryOperator<ImapEngine> onCheck(
            BiFunction<ImapProcessor.Responder, ImapSession, Mono<Void>> work) {
        return engine -> new ImapEngine(
                engine.decoder(),
                new OnCheck(engine.processor(), work),
                engine.encoder(),
                engine.mechanisms(),
                engine.logins());
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Says that it has a million octets, and has a tenth of them. */
    private static final class CutShort implements Literal {
        @Override
        public long size() {
            return 1_000_000;
        }

        @Override
        public InputStream getInputStream() {
            return new ByteArrayInputStream("x".repeat(100_000).getBytes(StandardCharsets.US_ASCII));
        }
    }

    /** Does the test's work in place of CHECK. */
    private record OnCheck(ImapProcessor james, BiFunction<ImapProcessor.Responder, ImapSession, Mono<Void>> work)
            implements ImapProcessor {
        @Override
        public Mono<Void> processReactive(ImapMessage message, Responder responder, ImapSession session) {
            return message instanceof CheckRequest
                    ? work.apply(responder, session)
                    : james.processReactive(message, responder, session);
        }

        @Override
        public void configure(ImapConfiguration configuration) {
            james.configure(configuration);
        }
    }
}
