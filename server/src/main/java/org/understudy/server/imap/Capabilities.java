package org.understudy.server.imap;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.apache.james.imap.api.Tag;
import org.apache.james.imap.api.message.Capability;
import org.apache.james.imap.api.message.response.ImapResponseMessage;
import org.apache.james.imap.api.process.ImapProcessor;
import org.apache.james.imap.message.request.CapabilityRequest;
import org.apache.james.imap.message.response.CapabilityResponse;

/** What a session may announce in its present state (RFC 9051 section 6.1.1): what James's processors offer and works. */
final class Capabilities {
    private static final Tag INTERNAL = new Tag("C");
    private static final String VERSION = "IMAP4rev1";
    private static final String COMPRESS = "COMPRESS=DEFLATE";
    private static final String SASL_IR = "SASL-IR";

    /** What processors and parsers of ours add, which James's do not ask. */
    private static final Set<String> OURS = Set.of("MULTIAPPEND");

    private final ImapProcessor processor;
    private final ConnectionSession session;

    Capabilities(ImapProcessor processor, ConnectionSession session) {
        this.processor = processor;
        this.session = session;
    }

    /** The capabilities in one line, as greeting and login replies carry them. Blocks; for command threads. */
    String line() {
        Collector collector = new Collector();
        processor
                .processReactive(new CapabilityRequest(INTERNAL), collector, session)
                .block();
        return announced(collector.found);
    }

    /** Those of {@code offered} that work now: the protocol version first, the others in alphabetical order. */
    String announced(Set<Capability> offered) {
        TreeSet<String> names = new TreeSet<>();
        for (Capability capability : offered) {
            names.add(capability.asString());
        }
        names.addAll(OURS);
        names.remove(VERSION.toUpperCase(Locale.ROOT));
        if (session.isCompressionActive()) {
            names.remove(COMPRESS);
        }
        if (session.isPlainAuthDisallowed()) {
            names.remove(SASL_IR);
        }
        return VERSION + " " + String.join(" ", names);
    }

    private static final class Collector implements ImapProcessor.Responder {
        private Set<Capability> found = Set.of();

        @Override
        public synchronized void respond(ImapResponseMessage message) {
            if (message instanceof CapabilityResponse response) {
                found = response.getCapabilities();
            }
        }

        @Override
        public void flush() {}
    }
}
