package org.understudy.server.imap.fetch;

import com.google.common.base.CharMatcher;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import org.apache.james.imap.api.ImapMessage;
import org.apache.james.imap.api.Tag;
import org.apache.james.imap.api.display.HumanReadableText;
import org.apache.james.imap.api.message.IdRange;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.decode.DecodingException;
import org.apache.james.imap.decode.ImapRequestLineReader;
import org.apache.james.imap.decode.parser.FetchCommandParser;
import org.jspecify.annotations.Nullable;
import org.understudy.server.imap.fetch.FetchItems.Fact;
import org.understudy.server.imap.fetch.Section.Partial;
import org.understudy.server.imap.fetch.Section.What;
import org.understudy.server.imap.grammar.Arguments;

/**
 * Reads {@code fetch = "FETCH" SP sequence-set SP ("ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att *(SP fetch-att)
 * ")") [SP fetch-modifiers]} (RFC 9051 section 9, RFC 4466, RFC 7162).
 */
public final class FetchParser extends FetchCommandParser {
    private static final CharMatcher NAME_END = CharMatcher.anyOf(" [)\r\n");
    private static final CharMatcher SECTION_END = CharMatcher.is(']');
    private static final int DEEPEST = 100;

    public FetchParser(StatusResponseFactory responses) {
        super(responses);
    }

    @Override
    protected ImapMessage decode(ImapRequestLineReader in, Tag tag, boolean useUids, ImapSession session)
            throws DecodingException {
        IdRange[] ids = in.parseIdRange(session);
        Items items = new Items();
        if (useUids) {
            items.facts.add(Fact.UID);
        }
        if (in.nextWordChar() == '(') {
            in.consume();
            while (in.nextWordChar() != ')') {
                items.attribute(in);
            }
            in.consume();
        } else {
            items.attribute(in);
        }
        skipBlanks(in);
        if (in.nextChar() == '(') {
            in.consume();
            while (in.nextWordChar() != ')') {
                items.modifier(in);
            }
            in.consume();
        }
        in.eol();
        if (items.vanished && (!useUids || items.changedSince < 0)) {
            throw refused("VANISHED goes with UID FETCH and CHANGEDSINCE only");
        }
        return new FetchOrder(useUids, ids, items.done(), tag);
    }

    private static void skipBlanks(ImapRequestLineReader in) throws DecodingException {
        while (in.nextChar() == ' ') {
            in.consume();
        }
    }

    private static DecodingException refused(String why) {
        return new DecodingException(HumanReadableText.ILLEGAL_ARGUMENTS, why);
    }

    private static final class Items {
        private final EnumSet<Fact> facts = EnumSet.noneOf(Fact.class);
        private final List<Section> sections = new ArrayList<>();
        private long changedSince = -1;
        private boolean vanished;
        private boolean setsSeen;

        FetchItems done() {
            if (changedSince >= 0) {
                facts.add(Fact.MODSEQ);
            }
            return new FetchItems(facts, sections, changedSince, vanished, setsSeen);
        }

        void modifier(ImapRequestLineReader in) throws DecodingException {
            String name = in.readUntil(NAME_END).toUpperCase(Locale.ROOT);
            switch (name) {
                case "CHANGEDSINCE" -> {
                    skipBlanks(in);
                    changedSince = new Arguments(in).number();
                }
                case "VANISHED" -> vanished = true;
                default -> throw refused("unknown modifier");
            }
        }

        void attribute(ImapRequestLineReader in) throws DecodingException {
            String name = in.readUntil(NAME_END).toUpperCase(Locale.ROOT);
            if (in.nextChar() != '[') {
                plain(name);
                return;
            }
            in.consume();
            String inside = in.readUntil(SECTION_END);
            in.consume();
            switch (name) {
                case "BODY" -> setsSeen = true;
                case "BODY.PEEK", "BINARY.PEEK", "BINARY.SIZE" -> {}
                case "BINARY" -> setsSeen = true;
                default -> throw refused("unknown item");
            }
            boolean size = name.equals("BINARY.SIZE");
            Partial partial = size || in.nextChar() != '<' ? null : partial(in);
            if (name.startsWith("BINARY")) {
                int[] path = path(inside.isEmpty() ? List.of() : List.of(inside.split("\\.", -1)));
                sections.add(new Section(
                        (size ? "BINARY.SIZE[" : "BINARY[") + inside + "]",
                        size ? What.DECODED_SIZE : What.DECODED,
                        path,
                        List.of(),
                        partial));
            } else {
                sections.add(section(inside, partial));
            }
        }

        private static Partial partial(ImapRequestLineReader in) throws DecodingException {
            in.consumeChar('<');
            long first = new Arguments(in).number();
            long count = Long.MAX_VALUE;
            if (in.nextChar() == '.') {
                in.consume();
                count = new Arguments(in).number();
            }
            in.consumeChar('>');
            if (count == 0) {
                throw refused("a partial of no octets");
            }
            return new Partial(first, count);
        }

        private void plain(String name) throws DecodingException {
            switch (name) {
                case "ALL" -> facts.addAll(List.of(Fact.FLAGS, Fact.INTERNALDATE, Fact.SIZE, Fact.ENVELOPE));
                case "FAST" -> facts.addAll(List.of(Fact.FLAGS, Fact.INTERNALDATE, Fact.SIZE));
                case "FULL" ->
                    facts.addAll(List.of(Fact.FLAGS, Fact.INTERNALDATE, Fact.SIZE, Fact.ENVELOPE, Fact.BODY));
                case "FLAGS" -> facts.add(Fact.FLAGS);
                case "UID" -> facts.add(Fact.UID);
                case "MODSEQ" -> facts.add(Fact.MODSEQ);
                case "INTERNALDATE" -> facts.add(Fact.INTERNALDATE);
                case "RFC822.SIZE" -> facts.add(Fact.SIZE);
                case "ENVELOPE" -> facts.add(Fact.ENVELOPE);
                case "BODY" -> facts.add(Fact.BODY);
                case "BODYSTRUCTURE" -> facts.add(Fact.BODYSTRUCTURE);
                case "EMAILID" -> facts.add(Fact.EMAILID);
                case "THREADID" -> facts.add(Fact.THREADID);
                case "SAVEDATE" -> facts.add(Fact.SAVEDATE);
                case "RFC822" -> {
                    setsSeen = true;
                    sections.add(whole(name, What.ALL));
                }
                case "RFC822.TEXT" -> {
                    setsSeen = true;
                    sections.add(whole(name, What.TEXT));
                }
                case "RFC822.HEADER" -> sections.add(whole(name, What.HEADER));
                default -> throw refused("unknown item");
            }
        }

        private static Section whole(String name, What what) {
            return new Section(name, what, new int[0], List.of(), null);
        }

        /** {@code [part *("." part)] ["." text]}, where text is HEADER, HEADER.FIELDS (...), TEXT or MIME. */
        private static Section section(String inside, @Nullable Partial partial) throws DecodingException {
            String label = "BODY[" + inside + "]";
            int open = inside.indexOf('(');
            String spec =
                    (open < 0 ? inside : inside.substring(0, open)).strip().toUpperCase(Locale.ROOT);
            List<String> numbers = new ArrayList<>();
            String rest = spec;
            while (!rest.isEmpty() && Character.isDigit(rest.charAt(0))) {
                int dot = rest.indexOf('.');
                numbers.add(dot < 0 ? rest : rest.substring(0, dot));
                rest = dot < 0 ? "" : rest.substring(dot + 1);
                if (dot >= 0 && rest.isEmpty()) {
                    throw refused("a section ends with a dot");
                }
            }
            What what = switch (rest) {
                case "" -> What.ALL;
                case "HEADER" -> What.HEADER;
                case "HEADER.FIELDS" -> What.FIELDS;
                case "HEADER.FIELDS.NOT" -> What.FIELDS_NOT;
                case "TEXT" -> What.TEXT;
                case "MIME" -> What.MIME;
                default -> throw refused("unknown section");
            };
            boolean named = what == What.FIELDS || what == What.FIELDS_NOT;
            if (named != open >= 0 || what == What.MIME && numbers.isEmpty()) {
                throw refused("a section is not complete");
            }
            return new Section(label, what, path(numbers), named ? fields(inside.substring(open)) : List.of(), partial);
        }

        private static List<String> fields(String list) throws DecodingException {
            String text = list.strip();
            if (!text.endsWith(")")) {
                throw refused("a list of fields does not end");
            }
            List<String> names = new ArrayList<>();
            for (String name : text.substring(1, text.length() - 1).split(" ", -1)) {
                String bare = name.length() > 1 && name.startsWith("\"") && name.endsWith("\"")
                        ? name.substring(1, name.length() - 1)
                        : name;
                if (!bare.isEmpty()) {
                    names.add(bare.toLowerCase(Locale.ROOT));
                }
            }
            if (names.isEmpty()) {
                throw refused("a list of no fields");
            }
            return List.copyOf(names);
        }

        private static int[] path(List<String> numbers) throws DecodingException {
            if (numbers.size() > DEEPEST) {
                throw refused("a part too deep");
            }
            int[] path = new int[numbers.size()];
            for (int i = 0; i < path.length; i++) {
                try {
                    path[i] = Integer.parseInt(numbers.get(i));
                } catch (NumberFormatException e) {
                    throw refused("a part has no number");
                }
                if (path[i] < 1) {
                    throw refused("parts are counted from 1 on");
                }
            }
            return path;
        }
    }
}
