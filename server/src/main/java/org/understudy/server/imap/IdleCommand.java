package org.understudy.server.imap;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.james.imap.api.ImapConfiguration;
import org.apache.james.imap.api.ImapMessage;
import org.apache.james.imap.api.display.HumanReadableText;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapProcessor;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.message.request.IdleRequest;
import org.apache.james.imap.message.response.ContinuationResponse;
import org.jspecify.annotations.Nullable;
import org.understudy.server.imap.select.Notices;
import org.understudy.server.imap.select.SelectedView;
import reactor.core.publisher.Mono;

/**
 * IDLE (RFC 2177). Changes are told in turns of the connection, so never beside or after the reply to DONE. Many changes
 * at once are told together, and a client that does not keep up is told when it does; meanwhile nothing is kept for it,
 * since the change log has it.
 */
final class IdleCommand implements ImapProcessor {
    private static final String DONE = "DONE";
    private static final HumanReadableText NOT_DONE =
            new HumanReadableText("org.understudy.imap.NOT_DONE", "failed. Expected DONE.");

    private final StatusResponseFactory responses;
    private final Duration heartbeat;

    IdleCommand(StatusResponseFactory responses, Duration heartbeat) {
        this.responses = responses;
        this.heartbeat = heartbeat;
    }

    @Override
    public void configure(ImapConfiguration configuration) {}

    @Override
    public Mono<Void> processReactive(ImapMessage message, Responder responder, ImapSession session) {
        return Mono.fromRunnable(() -> {
            if (!(session instanceof ConnectionSession connection)) {
                throw new IllegalStateException("IDLE needs a connection, not a " + session.getClass());
            }
            IdleRequest request = (IdleRequest) message;
            if (!request.getCommand().validForState(session.getState())) {
                responder.respond(
                        responses.taggedNo(request.getTag(), request.getCommand(), HumanReadableText.INVALID_COMMAND));
                return;
            }
            new Idling(request, connection, responder).begin();
        });
    }

    /** One IDLE from its continuation to DONE. All but {@link #run} runs in turns. */
    private final class Idling implements Runnable {
        private final IdleRequest request;
        private final ConnectionSession session;
        private final Responder responder;
        private final @Nullable SelectedView view;
        private final AtomicBoolean told = new AtomicBoolean(true);
        private boolean over;

        Idling(IdleRequest request, ConnectionSession session, Responder responder) {
            this.request = request;
            this.session = session;
            this.responder = responder;
            this.view = session.getSelected() instanceof SelectedView selected ? selected : null;
        }

        void begin() {
            session.pushLineHandler((ignored, line) -> end(line));
            session.schedule(this::beat, heartbeat);
            responder.respond(new ContinuationResponse(HumanReadableText.IDLING));
            Notices.tell(session, responder, true, false);
            if (view != null) {
                view.watch(this);
            }
        }

        private void end(byte[] line) {
            over = true;
            session.popLineHandler();
            if (view != null) {
                view.unwatch();
            }
            if (new String(line, StandardCharsets.US_ASCII).strip().equalsIgnoreCase(DONE)) {
                Notices.tell(session, responder, true, false);
                responder.respond(
                        responses.taggedOk(request.getTag(), request.getCommand(), HumanReadableText.COMPLETED));
            } else {
                responder.respond(responses.taggedBad(request.getTag(), request.getCommand(), NOT_DONE));
            }
        }

        private void beat() {
            if (!over) {
                if (session.keepsUp()) {
                    responder.respond(responses.untaggedOk(HumanReadableText.HEARTBEAT));
                    session.sendNow();
                }
                session.schedule(this::beat, heartbeat);
            }
        }

        private void tell() {
            told.set(true);
            if (!over && view != null) {
                Notices.tell(session, responder, true, false);
                session.sendNow();
            }
        }

        /** There is news: it is told in a turn, unless one is asked for already. */
        @Override
        public void run() {
            if (told.getAndSet(false)) {
                session.inTurnWhenWritable(this::tell);
            }
        }
    }
}
