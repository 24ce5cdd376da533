package org.understudy.server.imap;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.james.events.Event;
import org.apache.james.events.EventListener;
import org.apache.james.imap.api.display.HumanReadableText;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.api.process.SelectedMailbox;
import org.apache.james.imap.message.request.IdleRequest;
import org.apache.james.imap.message.response.ContinuationResponse;
import org.apache.james.imap.processor.AbstractMailboxProcessor;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.events.MailboxEvents.Added;
import org.apache.james.mailbox.events.MailboxEvents.Expunged;
import org.apache.james.mailbox.events.MailboxEvents.FlagsUpdated;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.util.MDCBuilder;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * IDLE (RFC 2177). Changes are told in turns of the connection, so never beside or after the reply to DONE. Many changes
 * at once are told together, and a client that does not keep up is told when it does; meanwhile the selected mailbox
 * keeps count.
 */
final class IdleCommand extends AbstractMailboxProcessor<IdleRequest> {
    private static final String DONE = "DONE";

    private final StatusResponseFactory responses;
    private final Duration heartbeat;

    IdleCommand(MailboxManager mailboxes, StatusResponseFactory responses, MetricFactory metrics, Duration heartbeat) {
        super(IdleRequest.class, mailboxes, responses, metrics);
        this.responses = responses;
        this.heartbeat = heartbeat;
    }

    @Override
    protected Mono<Void> processRequestReactive(IdleRequest request, ImapSession session, Responder responder) {
        return Mono.defer(() -> {
            if (!(session instanceof ConnectionSession connection)) {
                throw new IllegalStateException("IDLE needs a connection, not a " + session.getClass());
            }
            Idling idling = new Idling(request, connection, responder);
            idling.begin();
            return unsolicitedResponses(session, responder, false);
        });
    }

    @Override
    protected MDCBuilder mdc(IdleRequest request) {
        return MDCBuilder.create().addToContext(MDCBuilder.ACTION, "IDLE");
    }

    /** One IDLE from its continuation to DONE. All but {@link #reactiveEvent} runs in turns. */
    private final class Idling implements EventListener.ReactiveEventListener {
        private final IdleRequest request;
        private final ConnectionSession session;
        private final Responder responder;
        private final @Nullable SelectedMailbox mailbox;
        private final AtomicBoolean told = new AtomicBoolean(true);
        private boolean over;

        Idling(IdleRequest request, ConnectionSession session, Responder responder) {
            this.request = request;
            this.session = session;
            this.responder = responder;
            this.mailbox = session.getSelected();
        }

        void begin() {
            session.pushLineHandler((ignored, line) -> end(line));
            if (mailbox != null) {
                mailbox.registerIdle(this);
            }
            session.schedule(this::beat, heartbeat);
            responder.respond(new ContinuationResponse(HumanReadableText.IDLING));
        }

        private void end(byte[] line) {
            over = true;
            session.popLineHandler();
            if (mailbox != null) {
                mailbox.unregisterIdle();
            }
            if (new String(line, StandardCharsets.US_ASCII).strip().equalsIgnoreCase(DONE)) {
                unsolicitedResponses(session, responder, false).block();
                okComplete(request, responder);
            } else {
                taggedBad(
                        request,
                        responder,
                        new HumanReadableText("org.understudy.imap.NOT_DONE", "failed. Expected DONE."));
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
            if (!over) {
                unsolicitedResponses(session, responder, false).block();
                session.sendNow();
            }
        }

        @Override
        public boolean isHandling(Event event) {
            return event instanceof Added || event instanceof Expunged || event instanceof FlagsUpdated;
        }

        @Override
        public Publisher<Void> reactiveEvent(Event event) {
            return Mono.fromRunnable(() -> {
                if (told.getAndSet(false)) {
                    session.inTurnWhenWritable(this::tell);
                }
            });
        }

        @Override
        public ExecutionMode getExecutionMode() {
            return ExecutionMode.ASYNCHRONOUS;
        }
    }
}
