package org.understudy.restore.source.imap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What one FETCH response says of a message. */
final class MessageAnswer {
    private static final String BODY = "BODY[]";

    long uid;
    List<String> flags = List.of();
    boolean hasFlags;
    String date = "";
    long size = -1;
    String gmail = "";

    /** Octets of the message, if the server gave them. */
    SpoolEntry.@Nullable Body body;

    /** Whether the server named the message's octets and gave NIL. */
    boolean nil;

    /**
     * Reads {@code (<item> <value> ...)}.
     *
     * @param spool takes the octets of a message; null if none were asked for
     */
    static MessageAnswer read(Wire wire, @Nullable BodyTaker spool) throws IOException {
        MessageAnswer answer = new MessageAnswer();
        wire.blanks();
        if (wire.peek() != '(') {
            throw new ImapException.Broken("a FETCH response does not begin with '('");
        }
        wire.next();
        wire.blanks();
        while (wire.peek() != ')') {
            String item = wire.item().toUpperCase(Locale.ROOT);
            if (item.isEmpty()) {
                throw new ImapException.Broken(
                        "a FETCH response has no item where one should be; a literal's length may be wrong");
            }
            wire.blanks();
            if (spool != null && isBody(item)) {
                answer.body(wire, spool);
            } else {
                answer.item(item, wire.value());
            }
            int next = wire.peek();
            if (next != ' ' && next != ')') {
                throw new ImapException.Broken(
                        "what follows a value in a FETCH response is neither a blank nor its end; a literal's length"
                                + " may be wrong");
            }
            wire.blanks();
        }
        wire.next();
        return answer;
    }

    private static boolean isBody(String item) {
        return item.startsWith(BODY)
                || item.equals("RFC822")
                || item.equals("BODY[HEADER]")
                || item.equals("BODY[TEXT]");
    }

    /** Header and text, where asked for apart, are joined in the order in which they come: the header comes first. */
    private void body(Wire wire, BodyTaker spool) throws IOException {
        if (body == null) {
            spool.beginBody();
        } else {
            spool.continueBody();
        }
        if (wire.body(spool::write)) {
            body = spool.endBody();
        } else {
            nil = true;
            spool.dropBody();
        }
    }

    private void item(String item, Wire.@Nullable Value value) {
        switch (item) {
            case "UID" -> uid = number(value, 0);
            case "FLAGS" -> {
                flags = words(value);
                hasFlags = true;
            }
            case "INTERNALDATE" -> date = text(value);
            case "RFC822.SIZE" -> size = number(value, -1);
            case "X-GM-MSGID" -> gmail = text(value);
            default -> {
                // not asked for
            }
        }
    }

    private static List<String> words(Wire.@Nullable Value value) {
        List<String> words = new ArrayList<>();
        if (value instanceof Wire.Value.Sequence sequence) {
            for (Wire.Value one : sequence.values()) {
                words.add(text(one));
            }
        }
        words.removeIf(word -> word.isEmpty() || word.equalsIgnoreCase("\\Recent"));
        return List.copyOf(words);
    }

    static String text(Wire.@Nullable Value value) {
        return switch (value) {
            case Wire.Value.Atom atom -> atom.text();
            case Wire.Value.Text text -> text.text();
            case Wire.Value.Sequence sequence -> "";
            case null -> "";
        };
    }

    private static long number(Wire.@Nullable Value value, long otherwise) {
        String text = text(value);
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : otherwise;
    }
}
