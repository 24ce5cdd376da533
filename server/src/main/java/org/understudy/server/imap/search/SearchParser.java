package org.understudy.server.imap.search;

import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.apache.james.imap.api.ImapCommand;
import org.apache.james.imap.api.ImapMessage;
import org.apache.james.imap.api.Tag;
import org.apache.james.imap.api.display.HumanReadableText;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.api.process.SelectedMailbox;
import org.apache.james.imap.decode.DecodingException;
import org.apache.james.imap.decode.ImapRequestLineReader;
import org.apache.james.imap.decode.parser.SearchCommandParser;
import org.understudy.server.imap.search.SearchRequest.Aim;
import org.understudy.server.imap.search.SearchRequest.Return;
import org.understudy.server.search.Criterion;
import org.understudy.server.search.MailSearch.Threading;
import org.understudy.server.search.SortKey;

/**
 * Parses SEARCH, SORT or THREAD, and the same behind UID. Stands in for James's parser of SEARCH, since James lets UID go
 * before its own parsers only.
 */
public final class SearchParser extends SearchCommandParser {
    /** The commands that it can be made for. */
    public enum Verb {
        SEARCH,
        SORT,
        THREAD
    }

    private static final HumanReadableText BAD_CHARSET = new HumanReadableText(
            "org.understudy.search.BADCHARSET",
            "[BADCHARSET (UTF-8 US-ASCII ISO-8859-1)] The server does not know this charset, but these and more.");

    private final Verb verb;
    private final ImapCommand command;
    private final StatusResponseFactory responses;

    public SearchParser(Verb verb, StatusResponseFactory responses) {
        super(responses);
        this.verb = verb;
        this.responses = responses;
        command = ImapCommand.selectedStateCommand(verb.name());
    }

    @Override
    protected ImapMessage decode(ImapRequestLineReader request, Tag tag, ImapSession session) {
        return decode(request, tag, false, session);
    }

    @Override
    protected ImapMessage decode(ImapRequestLineReader request, Tag tag, boolean uids, ImapSession session) {
        SelectedMailbox selected = session.getSelected();
        if (selected == null) {
            return responses.taggedNo(tag, command, HumanReadableText.INVALID_COMMAND);
        }
        Arguments arguments = new Arguments(new Words(request), new SequenceSets(session, selected), tag, uids);
        try {
            return arguments.parse();
        } catch (UnsupportedCharsetException | IllegalCharsetNameException e) {
            arguments.failed(session);
            return responses.taggedNo(tag, null, BAD_CHARSET);
        } catch (DecodingException e) {
            arguments.failed(session);
            return responses.taggedBad(tag, command, e.getKey());
        }
    }

    private final class Arguments {
        private final Words words;
        private final SequenceSets sets;
        private final Tag tag;
        private final boolean uids;
        private final EnumSet<Return> returns = EnumSet.noneOf(Return.class);

        Arguments(Words words, SequenceSets sets, Tag tag, boolean uids) {
            this.words = words;
            this.sets = sets;
            this.tag = tag;
            this.uids = uids;
        }

        ImapMessage parse() throws DecodingException {
            boolean extended = verb != Verb.THREAD && takeKeyword("RETURN");
            if (extended) {
                returns();
            }
            Aim aim = switch (verb) {
                case SEARCH -> {
                    if (takeKeyword("CHARSET")) {
                        charset();
                    }
                    yield new Aim.Search();
                }
                case SORT -> {
                    Aim sort = new Aim.Sort(sortKeys());
                    charset();
                    yield sort;
                }
                case THREAD -> {
                    Aim thread = new Aim.Threads(threading());
                    charset();
                    yield thread;
                }
            };
            SearchKeys keys = new SearchKeys(words, sets);
            Criterion criterion = pending == null ? keys.all() : keys.allAfter(pending);
            return new SearchRequest(tag, command, aim, uids, extended, returns, criterion);
        }

        /** A keyword that was read to see what it is, and belongs to the search keys. */
        private @org.jspecify.annotations.Nullable String pending;

        private boolean takeKeyword(String wanted) throws DecodingException {
            if (pending == null) {
                char next = words.peek();
                if (Character.toUpperCase(next) != wanted.charAt(0)) {
                    return false;
                }
                pending = words.keyword();
            }
            if (!pending.equals(wanted)) {
                return false;
            }
            pending = null;
            return true;
        }

        private void returns() throws DecodingException {
            words.expect('(');
            while (!words.take(')')) {
                String option = words.keyword();
                switch (option) {
                    case "MIN" -> returns.add(Return.MIN);
                    case "MAX" -> returns.add(Return.MAX);
                    case "ALL" -> returns.add(Return.ALL);
                    case "COUNT" -> returns.add(Return.COUNT);
                    case "SAVE" -> returns.add(Return.SAVE);
                    default -> throw Words.bad("there is no such return option");
                }
            }
            if (returns.isEmpty()) {
                returns.add(Return.ALL);
            }
        }

        private void charset() throws DecodingException {
            String name = words.asciiString();
            Charset charset = Charset.forName(name);
            words.charset(charset.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : charset);
        }

        private List<SortKey> sortKeys() throws DecodingException {
            List<SortKey> keys = new ArrayList<>();
            words.expect('(');
            boolean reverse = false;
            while (reverse || keys.isEmpty() || !words.take(')')) {
                String name = words.keyword();
                if (name.equals("REVERSE") && !reverse) {
                    reverse = true;
                    continue;
                }
                try {
                    keys.add(new SortKey(SortKey.By.valueOf(name), reverse));
                } catch (IllegalArgumentException e) {
                    throw Words.bad("there is no such sort key");
                }
                reverse = false;
            }
            return keys;
        }

        private Threading threading() throws DecodingException {
            return switch (words.keyword()) {
                case "ORDEREDSUBJECT" -> Threading.ORDEREDSUBJECT;
                case "REFERENCES" -> Threading.REFERENCES;
                default -> throw Words.bad("there is no such threading algorithm");
            };
        }

        /** A search with SAVE that fails empties what was saved (RFC 5182 section 2.1). */
        void failed(ImapSession session) {
            if (returns.contains(Return.SAVE)) {
                SavedSearch.reset(session);
            }
        }
    }
}
