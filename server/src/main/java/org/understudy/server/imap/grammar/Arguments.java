package org.understudy.server.imap.grammar;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.james.imap.api.display.HumanReadableText;
import org.apache.james.imap.decode.DecodingException;
import org.apache.james.imap.decode.ImapRequestLineReader;
import org.apache.james.imap.message.Literal;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of one command, read from left to right (RFC 9051 section 9). Each method takes one item and throws {@link
 * DecodingException}, which is answered BAD, where the item is not what the grammar wants.
 */
public final class Arguments {
    private static final String ATOM_ENDS = "(){%*\"\\]";
    private static final int DIGITS = 18;

    private final ImapRequestLineReader in;

    public Arguments(ImapRequestLineReader in) {
        this.in = in;
    }

    /** Reads one item of a list. */
    @FunctionalInterface
    public interface Item<T> {
        T read() throws DecodingException;
    }

    /** A fault of the client, in words for it. */
    public static DecodingException bad(String text) {
        return new DecodingException(new HumanReadableText("org.understudy.imap.BAD", text), text);
    }

    /** The next octet, which stays. */
    public char peek() throws DecodingException {
        return in.nextChar();
    }

    public boolean next(char wanted) throws DecodingException {
        return in.nextChar() == wanted;
    }

    /** Takes one octet. */
    public void take(char wanted) throws DecodingException {
        if (in.nextChar() != wanted) {
            throw bad("failed. Expected '" + wanted + "'.");
        }
        in.consume();
    }

    /** Takes the one space between two arguments. */
    public void space() throws DecodingException {
        if (in.nextChar() != ' ') {
            throw bad("failed. An argument is missing.");
        }
        in.consume();
    }

    /** Whether another argument follows; takes the space before it. */
    public boolean more() throws DecodingException {
        if (in.nextChar() != ' ') {
            return false;
        }
        in.consume();
        return in.nextChar() != '\r' && in.nextChar() != '\n';
    }

    /** The end of the command. */
    public void end() throws DecodingException {
        in.eol();
    }

    /** One or more octets that an atom may have, in capitals. */
    public String word() throws DecodingException {
        return new String(atom(""), StandardCharsets.US_ASCII).toUpperCase(Locale.ROOT);
    }

    /** The same as it came, with {@code \} before it where there is one: a flag or a special use. */
    public String flag() throws DecodingException {
        StringBuilder flag = new StringBuilder();
        if (next('\\')) {
            flag.append(in.consume());
        }
        return flag.append(new String(atom(""), StandardCharsets.US_ASCII)).toString();
    }

    /** {@code astring}. */
    public byte[] astring() throws DecodingException {
        byte[] string = stringIfAny();
        return string == null ? atom("]") : string;
    }

    /** {@code string}: quoted or a literal. */
    public byte[] string() throws DecodingException {
        byte[] string = stringIfAny();
        if (string == null) {
            throw bad("failed. Expected a string.");
        }
        return string;
    }

    /** {@code nstring}; null for NIL. */
    public byte @Nullable [] nstring() throws DecodingException {
        byte[] string = stringIfAny();
        if (string == null && !word().equals("NIL")) {
            throw bad("failed. Expected a string or NIL.");
        }
        return string;
    }

    /** {@code list-mailbox}: as astring, with wildcards. */
    public byte[] listMailbox() throws DecodingException {
        byte[] string = stringIfAny();
        return string == null ? atom("]%*") : string;
    }

    /** {@code number64} without sign. */
    public long number() throws DecodingException {
        StringBuilder digits = new StringBuilder();
        while (in.nextChar() >= '0' && in.nextChar() <= '9' && digits.length() <= DIGITS) {
            digits.append(in.consume());
        }
        if (digits.isEmpty() || digits.length() > DIGITS) {
            throw bad("failed. Expected a number.");
        }
        return Long.parseLong(digits.toString());
    }

    /** Items in parentheses, divided by spaces, of which there may be too many; there may be no item. */
    public <T> List<T> list(Item<T> item) throws DecodingException {
        List<T> items = new ArrayList<>();
        take('(');
        skipSpaces();
        while (!next(')')) {
            items.add(item.read());
            if (!next(')')) {
                space();
                skipSpaces();
            }
        }
        take(')');
        return items;
    }

    private void skipSpaces() throws DecodingException {
        while (in.nextChar() == ' ') {
            in.consume();
        }
    }

    private byte @Nullable [] stringIfAny() throws DecodingException {
        return switch (in.nextChar()) {
            case '"' -> quoted();
            case '{' -> literal();
            default -> null;
        };
    }

    private byte[] atom(String allowed) throws DecodingException {
        ByteArrayOutputStream atom = new ByteArrayOutputStream();
        for (char c = in.nextChar();
                c > ' ' && c < 0x7f && (ATOM_ENDS.indexOf(c) < 0 || allowed.indexOf(c) >= 0);
                c = in.nextChar()) {
            atom.write(in.consume());
        }
        if (atom.size() == 0) {
            throw bad("failed. An argument is missing or begins with an octet that needs quotes.");
        }
        return atom.toByteArray();
    }

    private byte[] quoted() throws DecodingException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        in.consume();
        for (char c = in.nextChar(); c != '"'; c = in.nextChar()) {
            if (c == '\\') {
                in.consume();
                if (in.nextChar() != '"' && in.nextChar() != '\\') {
                    throw bad("failed. A backslash in quotes must stand before a quote or a backslash.");
                }
            } else if (c == '\r' || c == '\n' || c == 0) {
                throw bad("failed. A quoted string has no end.");
            }
            text.write(in.consume());
        }
        in.consume();
        return text.toByteArray();
    }

    private byte[] literal() throws DecodingException {
        try {
            Literal literal = in.consumeLiteral(false).right;
            try (InputStream octets = literal.getInputStream()) {
                return octets.readAllBytes();
            }
        } catch (DecodingException e) {
            throw e;
        } catch (IOException e) {
            throw new DecodingException(
                    new HumanReadableText("org.understudy.imap.LITERAL", "failed. The literal cannot be read."),
                    "a literal cannot be read",
                    e);
        }
    }
}
