package org.understudy.server.imap;

import java.util.Locale;
import java.util.Map;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.decode.ImapCommandParser;
import org.apache.james.imap.decode.parser.ImapParserFactory;
import org.understudy.server.imap.fetch.FetchParser;

/** James's parsers, with those of ours in the place of some, behind UID too. */
public final class Parsers extends ImapParserFactory {
    private final Map<String, ImapCommandParser> ours;

    public Parsers(StatusResponseFactory responses) {
        super(responses);
        ours = Map.of("FETCH", new FetchParser(responses));
    }

    @Override
    public ImapCommandParser getParser(String name) {
        ImapCommandParser parser = ours.get(name.toUpperCase(Locale.ROOT));
        return parser == null ? super.getParser(name) : parser;
    }
}
