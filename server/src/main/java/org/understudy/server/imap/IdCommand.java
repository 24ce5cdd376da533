package org.understudy.server.imap;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.james.imap.api.ImapCommand;
import org.apache.james.imap.api.ImapMessage;
import org.apache.james.imap.api.Tag;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.decode.DecodingException;
import org.apache.james.imap.decode.ImapCommandParser;
import org.apache.james.imap.decode.ImapRequestLineReader;
import org.apache.james.imap.decode.base.AbstractImapCommandParser;
import org.apache.james.imap.message.request.AbstractImapRequest;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.metrics.api.MetricFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.server.imap.grammar.Arguments;
import org.understudy.server.imap.grammar.Ending;
import org.understudy.server.imap.grammar.OwnCommand;
import org.understudy.server.imap.grammar.Untagged;
import org.understudy.server.imap.sasl.StaffLogins;
import org.understudy.server.ledger.Sighting;

/** ID (RFC 2971): tells this server's name, and logs the client's, cut short and without what could forge a line. */
public final class IdCommand extends OwnCommand<IdCommand.Request> {
    private static final Logger LOG = LoggerFactory.getLogger(IdCommand.class);
    private static final ImapCommand ID = ImapCommand.anyStateCommand("ID");
    private static final Set<String> LOGGED = Set.of("name", "version", "vendor", "os", "os-version");
    /** The session's attribute that holds its {@link Sighting}. */
    static final String SIGHTING = "org.understudy.imap.SIGHTING";

    private static final int MOST_FIELDS = 30;
    private static final int LONGEST_LOGGED = 64;

    IdCommand(MailboxManager mailboxes, StatusResponseFactory responses, MetricFactory metrics) {
        super(Request.class, mailboxes, responses, metrics);
    }

    /** What a client says of itself, ready for the log. */
    public static final class Request extends AbstractImapRequest {
        private final String said;
        private final String name;
        private final String version;

        private Request(Tag tag, String said, String name, String version) {
            super(tag, ID);
            this.said = said;
            this.name = name;
            this.version = version;
        }
    }

    static ImapCommandParser parser(StatusResponseFactory responses) {
        return new AbstractImapCommandParser(ID, responses) {
            @Override
            protected ImapMessage decode(ImapRequestLineReader request, Tag tag, ImapSession session)
                    throws DecodingException {
                Arguments in = new Arguments(request);
                in.space();
                Map<String, String> said = new LinkedHashMap<>();
                if (in.next('(')) {
                    fields(in, said);
                } else if (!in.word().equals("NIL")) {
                    throw Arguments.bad("failed. Expected a list or NIL.");
                }
                in.end();
                String all = said.entrySet().stream()
                        .map(one -> one.getKey() + " " + one.getValue())
                        .collect(Collectors.joining(", "));
                return new Request(tag, all, said.getOrDefault("name", ""), said.getOrDefault("version", ""));
            }
        };
    }

    private static void fields(Arguments in, Map<String, String> said) throws DecodingException {
        String[] name = {""};
        int[] count = {0};
        in.list(() -> {
            if (++count[0] > 2 * MOST_FIELDS) {
                throw Arguments.bad("failed. At most " + MOST_FIELDS + " fields may be sent.");
            }
            if (count[0] % 2 == 1) {
                name[0] = new String(in.string(), StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT);
            } else {
                byte @Nullable [] value = in.nstring();
                if (value != null && LOGGED.contains(name[0])) {
                    said.put(name[0], harmless(value));
                }
            }
            return count[0];
        });
        if (count[0] % 2 == 1) {
            throw Arguments.bad("failed. The last field has no value.");
        }
    }

    private static String harmless(byte[] value) {
        String text = new String(value, StandardCharsets.ISO_8859_1).replaceAll("[^ -~]", "?");
        return text.length() > LONGEST_LOGGED ? text.substring(0, LONGEST_LOGGED) + "..." : text;
    }

    @Override
    protected Ending run(Request request, ImapSession session, Responder responder) {
        if (!request.said.isEmpty()) {
            session.setAttribute(StaffLogins.IDENTIFIED, request.said);
            LOG.info("the client says that it is: {}", request.said);
            if (session.getAttribute(SIGHTING) instanceof Sighting sighting) {
                sighting.client(request.name, request.version);
            }
        }
        responder.respond(new Untagged("* ID (\"name\" \"Understudy\")", false));
        return Ending.ok();
    }
}
