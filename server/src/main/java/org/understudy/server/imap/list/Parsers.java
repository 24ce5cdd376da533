package org.understudy.server.imap.list;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.apache.james.imap.api.ImapCommand;
import org.apache.james.imap.api.ImapMessage;
import org.apache.james.imap.api.Tag;
import org.apache.james.imap.api.display.HumanReadableText;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.decode.DecodingException;
import org.apache.james.imap.decode.ImapCommandParser;
import org.apache.james.imap.decode.ImapRequestLineReader;
import org.apache.james.imap.decode.base.AbstractImapCommandParser;
import org.understudy.server.imap.grammar.Arguments;
import org.understudy.server.imap.grammar.MailboxName;
import org.understudy.server.imap.list.Requests.Return;
import org.understudy.server.imap.list.Requests.Select;
import org.understudy.server.imap.list.Requests.Wanted;

/** What understands the commands of this package. */
public final class Parsers {
    private static final int MOST_PATTERNS = 100;

    private Parsers() {}

    @FunctionalInterface
    private interface Grammar {
        ImapMessage read(Arguments in, Tag tag, ImapSession session) throws DecodingException;
    }

    /** By the command's name. */
    public static Map<String, ImapCommandParser> all(StatusResponseFactory responses) {
        return Map.of(
                "LIST", parser(Requests.LIST, responses, Parsers::list),
                "LSUB", parser(Requests.LSUB, responses, Parsers::lsub),
                "STATUS", parser(Requests.STATUS, responses, Parsers::status),
                "CREATE", parser(Requests.CREATE, responses, Parsers::create),
                "DELETE", parser(Requests.DELETE, responses, Parsers::delete),
                "RENAME", parser(Requests.RENAME, responses, Parsers::rename));
    }

    private static ImapCommandParser parser(ImapCommand command, StatusResponseFactory responses, Grammar grammar) {
        return new AbstractImapCommandParser(command, responses) {
            @Override
            protected ImapMessage decode(ImapRequestLineReader request, Tag tag, ImapSession session)
                    throws DecodingException {
                Arguments in = new Arguments(request);
                in.space();
                ImapMessage message = grammar.read(in, tag, session);
                in.end();
                return message;
            }
        };
    }

    private static String name(byte[] octets, ImapSession session) throws DecodingException {
        return MailboxName.decode(octets, MailboxName.usesUtf8(session));
    }

    private static ImapMessage list(Arguments in, Tag tag, ImapSession session) throws DecodingException {
        EnumSet<Select> select = EnumSet.noneOf(Select.class);
        if (in.next('(')) {
            select.addAll(in.list(() -> switch (in.word()) {
                case "SUBSCRIBED" -> Select.SUBSCRIBED;
                case "REMOTE" -> Select.REMOTE;
                case "RECURSIVEMATCH" -> Select.RECURSIVEMATCH;
                case "SPECIAL-USE" -> Select.SPECIAL_USE;
                default -> throw Arguments.bad("failed. A selection option is unknown.");
            }));
            in.space();
        }
        if (select.contains(Select.RECURSIVEMATCH)
                && !select.contains(Select.SUBSCRIBED)
                && !select.contains(Select.SPECIAL_USE)) {
            throw Arguments.bad("failed. RECURSIVEMATCH needs an option to match.");
        }
        String reference = name(in.astring(), session);
        in.space();
        List<String> patterns = new ArrayList<>();
        if (in.next('(')) {
            patterns.addAll(in.list(() -> name(in.listMailbox(), session)));
            if (patterns.isEmpty() || patterns.size() > MOST_PATTERNS) {
                throw Arguments.bad("failed. Expected 1 to " + MOST_PATTERNS + " patterns.");
            }
        } else {
            patterns.add(name(in.listMailbox(), session));
        }
        EnumSet<Return> returns = EnumSet.noneOf(Return.class);
        EnumSet<StatusItem> items = EnumSet.noneOf(StatusItem.class);
        List<String> entries = new ArrayList<>();
        if (in.more()) {
            if (!in.word().equals("RETURN")) {
                throw Arguments.bad("failed. Expected RETURN.");
            }
            in.space();
            returns.addAll(in.list(() -> returned(in, items, entries)));
        }
        return new Requests.ListMailboxes(tag, new Wanted(reference, patterns, select, returns, items, entries));
    }

    private static Return returned(Arguments in, EnumSet<StatusItem> items, List<String> entries)
            throws DecodingException {
        return switch (in.word()) {
            case "SUBSCRIBED" -> Return.SUBSCRIBED;
            case "CHILDREN" -> Return.CHILDREN;
            case "SPECIAL-USE" -> Return.SPECIAL_USE;
            case "MYRIGHTS" -> Return.MYRIGHTS;
            case "STATUS" -> {
                in.space();
                items.addAll(items(in));
                yield Return.STATUS;
            }
            case "METADATA" -> {
                in.space();
                entries.addAll(in.list(() -> new String(in.astring(), StandardCharsets.UTF_8)));
                yield Return.METADATA;
            }
            default -> throw Arguments.bad("failed. A return option is unknown.");
        };
    }

    private static ImapMessage lsub(Arguments in, Tag tag, ImapSession session) throws DecodingException {
        String reference = name(in.astring(), session);
        in.space();
        return new Requests.Lsub(tag, reference + name(in.listMailbox(), session));
    }

    private static EnumSet<StatusItem> items(Arguments in) throws DecodingException {
        EnumSet<StatusItem> items = EnumSet.noneOf(StatusItem.class);
        items.addAll(in.list(
                () -> StatusItem.of(in.word()).orElseThrow(() -> Arguments.bad("failed. A status item is unknown."))));
        if (items.isEmpty()) {
            throw Arguments.bad("failed. Expected status items in parentheses.");
        }
        return items;
    }

    private static ImapMessage status(Arguments in, Tag tag, ImapSession session) throws DecodingException {
        String mailbox = name(in.astring(), session);
        in.space();
        return new Requests.Status(tag, mailbox, items(in));
    }

    private static ImapMessage create(Arguments in, Tag tag, ImapSession session) throws DecodingException {
        String mailbox = name(in.astring(), session);
        char delimiter = session.getMailboxSession().getPathDelimiter();
        if (!mailbox.isEmpty() && mailbox.chars().allMatch(c -> c == delimiter)) {
            throw new DecodingException(HumanReadableText.ILLEGAL_ARGUMENTS, "a name of delimiters only");
        }
        List<String> uses = new ArrayList<>();
        if (in.more()) {
            in.list(() -> {
                if (!in.word().equals("USE")) {
                    throw Arguments.bad("failed. A parameter is unknown.");
                }
                in.space();
                return uses.addAll(in.list(in::flag));
            });
        }
        return new Requests.Create(tag, withoutLast(mailbox, delimiter), uses);
    }

    /** A delimiter at the end only announces that there will be mailboxes below (RFC 9051 section 6.3.4). */
    private static String withoutLast(String mailbox, char delimiter) {
        return mailbox.endsWith(String.valueOf(delimiter)) ? mailbox.substring(0, mailbox.length() - 1) : mailbox;
    }

    private static ImapMessage delete(Arguments in, Tag tag, ImapSession session) throws DecodingException {
        return new Requests.Delete(tag, name(in.astring(), session));
    }

    private static ImapMessage rename(Arguments in, Tag tag, ImapSession session) throws DecodingException {
        String from = name(in.astring(), session);
        in.space();
        char delimiter = session.getMailboxSession().getPathDelimiter();
        return new Requests.Rename(tag, from, withoutLast(name(in.astring(), session), delimiter));
    }
}
