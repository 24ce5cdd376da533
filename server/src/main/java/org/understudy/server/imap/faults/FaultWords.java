package org.understudy.server.imap.faults;

import java.util.Optional;
import org.apache.james.imap.api.ImapConfiguration;
import org.apache.james.imap.api.ImapMessage;
import org.apache.james.imap.api.display.HumanReadableText;
import org.apache.james.imap.api.message.request.ImapRequest;
import org.apache.james.imap.api.message.response.ImapResponseMessage;
import org.apache.james.imap.api.message.response.StatusResponse;
import org.apache.james.imap.api.process.ImapProcessor;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.message.response.ImmutableStatusResponse;
import org.understudy.server.imap.ImapEngine;
import org.understudy.storage.MailStore;
import reactor.core.publisher.Mono;

/** Puts the words for faults of the store in place of the general NO of the commands that met them. */
public final class FaultWords implements ImapProcessor {
    private final ImapProcessor inner;
    private final FaultLedger ledger;
    private final FaultText text;

    private FaultWords(ImapProcessor inner, MailStore store) {
        this.inner = inner;
        ledger = FaultLedger.of(store);
        text = new FaultText(store);
    }

    /** The same engine, whose commands tell of faults of {@code store}. */
    public static ImapEngine before(ImapEngine engine, MailStore store) {
        return new ImapEngine(
                engine.decoder(),
                new FaultWords(engine.processor(), store),
                engine.encoder(),
                engine.mechanisms(),
                engine.logins());
    }

    @Override
    public Mono<Void> processReactive(ImapMessage message, Responder responder, ImapSession session) {
        if (!(message instanceof ImapRequest request)) {
            return inner.processReactive(message, responder, session);
        }
        return Mono.defer(() -> {
            FaultLedger.Command command = ledger.begin();
            Telling telling = new Telling(responder, command);
            return inner.processReactive(message, telling, session)
                    .onErrorResume(fault -> {
                        Optional<String> words = text.of(fault);
                        if (words.isEmpty()) {
                            return Mono.error(fault);
                        }
                        return Mono.fromRunnable(() -> responder.respond(no(request, words.get())));
                    })
                    .doFinally(signal -> command.end());
        });
    }

    private static StatusResponse no(ImapRequest request, String words) {
        return new ImmutableStatusResponse(
                StatusResponse.Type.NO,
                request.getTag(),
                null,
                new HumanReadableText("org.understudy.fault", "[UNAVAILABLE] " + words),
                null);
    }

    @Override
    public void configure(ImapConfiguration configuration) {
        inner.configure(configuration);
    }

    /** Passes responses on, of which a tagged NO that says nothing gets the words for the fault. */
    private final class Telling implements Responder {
        private final Responder to;
        private final FaultLedger.Command command;

        private Telling(Responder to, FaultLedger.Command command) {
            this.to = to;
            this.command = command;
        }

        @Override
        public void respond(ImapResponseMessage message) {
            to.respond(
                    message instanceof StatusResponse status
                                    && status.getTag() != null
                                    && status.getServerResponseType() == StatusResponse.Type.NO
                                    && status.getResponseCode() == null
                            ? told(status)
                            : message);
        }

        private StatusResponse told(StatusResponse status) {
            return command.fault()
                    .flatMap(text::of)
                    .<StatusResponse>map(words -> new ImmutableStatusResponse(
                            StatusResponse.Type.NO,
                            status.getTag(),
                            null,
                            new HumanReadableText("org.understudy.fault", "[UNAVAILABLE] " + words),
                            null))
                    .orElse(status);
        }

        @Override
        public void flush() {
            to.flush();
        }
    }
}
