package org.understudy.server.admin;

import io.helidon.http.HeaderNames;
import io.helidon.http.sse.SseEvent;
import io.helidon.webserver.sse.SseSink;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.understudy.server.work.Work;
import org.understudy.server.work.WorkEvent;
import org.understudy.storage.Reason;

/**
 * Server-sent events of a piece of work (HTML Living Standard, section 9.2). A stream ends with the event {@code end}, or
 * after a minute and a half; whoever wants more comes again with {@code Last-Event-ID}, as browsers do by themselves.
 */
final class EventStream {
    /** Less than listeners let a connection go on with one request. */
    private static final Duration LONGEST = Duration.ofSeconds(90);

    private static final Duration HEARTBEAT = Duration.ofSeconds(10);
    private static final Duration COME_AGAIN = Duration.ofMillis(500);
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

    private final Gate gate;

    EventStream(Gate gate) {
        this.gate = gate;
    }

    /** Sends what there is from where the client stopped reading, and what comes. */
    Reply send(Exchange exchange, Work work) throws InterruptedException {
        long known = lastKnown(exchange);
        if (work.ended() && work.events(known, Duration.ZERO).isEmpty()) {
            return new Reply(204, null, Map.of());
        }
        if (!exchange.request().headers().isAccepted(io.helidon.common.media.type.MediaTypes.TEXT_EVENT_STREAM)) {
            throw new Refused(
                    406,
                    Reason.USAGE,
                    "this is a stream of events",
                    "Send 'Accept: text/event-stream', or leave it out.");
        }
        long end = System.nanoTime() + LONGEST.toNanos();
        try (SseSink sink = exchange.response().sink(SseSink.TYPE)) {
            sink.emit(SseEvent.builder()
                    .comment("following " + work.id().text())
                    .reconnectDelay(COME_AGAIN)
                    .data(SseEvent.NO_DATA)
                    .build());
            while (System.nanoTime() < end && gate.stillGood(exchange.identity())) {
                List<WorkEvent> news = work.events(known, HEARTBEAT);
                if (news.isEmpty()) {
                    sink.emit(SseEvent.builder()
                            .comment("still at it")
                            .data(SseEvent.NO_DATA)
                            .build());
                }
                for (WorkEvent event : news) {
                    sink.emit(SseEvent.builder()
                            .id(Long.toString(event.id()))
                            .name(event.name())
                            .data(event.data())
                            .build());
                    known = event.id();
                    if (event.last()) {
                        return Reply.SENT;
                    }
                }
            }
        } catch (UncheckedIOException e) {
            // The client has gone; the work goes on.
            return Reply.SENT;
        }
        return Reply.SENT;
    }

    private static long lastKnown(Exchange exchange) {
        String given = exchange.request()
                .headers()
                .first(HeaderNames.create("Last-Event-ID"))
                .orElse("0");
        if (!NUMBER.matcher(given).matches()) {
            throw new Refused(
                    400, Reason.USAGE, "Last-Event-ID is not the id of an event", "Send it as the stream gave it.");
        }
        return Long.parseLong(given);
    }
}
