package org.understudy.server.imap;

import java.time.Clock;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.decode.ImapCommandParser;
import org.apache.james.imap.decode.ImapCommandParserFactory;
import org.apache.james.imap.decode.parser.ImapParserFactory;
import org.understudy.server.imap.append.AppendParser;
import org.understudy.server.imap.fetch.FetchParser;
import org.understudy.server.imap.list.Parsers;
import org.understudy.server.imap.search.SearchParser;

/** The parsers of all commands: ours, and James's for the rest. */
public final class Parsing {
    private Parsing() {}

    public static ImapCommandParserFactory parsers(StatusResponseFactory responses) {
        Map<String, ImapCommandParser> ours = new HashMap<>();
        ours.putAll(Parsers.all(responses));
        ours.put("APPEND", new AppendParser(responses, Clock.systemUTC()));
        ours.put("ID", IdCommand.parser(responses));
        ours.put("FETCH", new FetchParser(responses));
        for (SearchParser.Verb verb : SearchParser.Verb.values()) {
            ours.put(verb.name(), new SearchParser(verb, responses));
        }
        return new OursFirst(ours, responses);
    }

    /** James's parser of UID asks this for the command behind it too. */
    private static final class OursFirst extends ImapParserFactory {
        private final Map<String, ImapCommandParser> ours;

        OursFirst(Map<String, ImapCommandParser> ours, StatusResponseFactory responses) {
            super(responses);
            this.ours = Map.copyOf(ours);
        }

        @Override
        public ImapCommandParser getParser(String name) {
            ImapCommandParser own = ours.get(name.toUpperCase(Locale.ROOT));
            return own == null ? super.getParser(name) : own;
        }
    }
}
