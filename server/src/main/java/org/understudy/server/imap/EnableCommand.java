package org.understudy.server.imap;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.james.imap.api.ImapConfiguration;
import org.apache.james.imap.api.ImapMessage;
import org.apache.james.imap.api.message.Capability;
import org.apache.james.imap.api.message.response.ImapResponseMessage;
import org.apache.james.imap.api.process.ImapProcessor;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.message.request.EnableRequest;
import org.apache.james.imap.message.response.EnableResponse;
import org.understudy.server.imap.grammar.MailboxName;
import reactor.core.publisher.Mono;

/** ENABLE (RFC 5161): {@code UTF8=ACCEPT} here (RFC 6855), the rest by James. What is unknown is left out of the response. */
record EnableCommand(ImapProcessor james) implements ImapProcessor {
    private static final Capability UTF8 = Capability.of("UTF8=ACCEPT");

    @Override
    public Mono<Void> processReactive(ImapMessage message, Responder responder, ImapSession session) {
        if (!(message instanceof EnableRequest request)) {
            throw new IllegalStateException("not ENABLE: " + message.getClass());
        }
        List<Capability> rest = new ArrayList<>(request.getCapabilities());
        if (!rest.removeIf(UTF8::equals)) {
            return james.processReactive(request, responder, session);
        }
        MailboxName.useUtf8(session, true);
        return james.processReactive(new EnableRequest(request.getTag(), rest), new WithUtf8(responder), session);
    }

    @Override
    public void configure(ImapConfiguration configuration) {
        james.configure(configuration);
    }

    private record WithUtf8(Responder responder) implements Responder {
        @Override
        public void respond(ImapResponseMessage message) {
            if (message instanceof EnableResponse enabled) {
                Set<Capability> all = new LinkedHashSet<>(enabled.getCapabilities());
                all.add(UTF8);
                responder.respond(new EnableResponse(all));
            } else {
                responder.respond(message);
            }
        }

        @Override
        public void flush() {
            responder.flush();
        }
    }
}
