package org.understudy.restore.source.imap;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Octets from a server, as tokens (RFC 9051 section 9), read leniently: LF alone ends a line, blanks may repeat. What
 * servers say in atoms and strings is taken as ISO 8859-1, so that nothing of it is lost.
 */
final class Wire {
    /** Octets of a line without its literals, and of a literal that is no message; what is longer is no answer. */
    static final int MOST_TEXT = 8 << 20;

    private static final long MOST_LITERAL = 2L << 30;
    private static final int MOST_DEPTH = 32;
    private static final int BUFFER = 1 << 16;

    /** A value of a response. */
    sealed interface Value {
        /** An atom or a number; NIL is {@code null} elsewhere. */
        record Atom(String text) implements Value {}

        /** A quoted string, or a literal. */
        record Text(String text) implements Value {}

        /** A list in parentheses. */
        record Sequence(List<@Nullable Value> values) implements Value {}
    }

    /** Takes a message's octets as they come. */
    interface Body {
        void accept(byte[] buffer, int offset, int length) throws IOException;
    }

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int at;
    private int end;
    private long lineOctets;

    Wire(InputStream in) {
        this.in = in;
    }

    /** Whether octets were read that nobody has taken. */
    boolean hasMore() {
        return at < end;
    }

    private boolean fill() throws IOException {
        int n = in.read(buffer, 0, BUFFER);
        at = 0;
        end = Math.max(0, n);
        return n > 0;
    }

    int peek() throws IOException {
        if (at >= end && !fill()) {
            throw new EOFException("the server closed the connection");
        }
        return buffer[at] & 0xff;
    }

    int next() throws IOException {
        int octet = peek();
        at++;
        if (++lineOctets > MOST_TEXT) {
            throw new ImapException.Broken(
                    "the server's answer has a line of more than %,d octets".formatted(MOST_TEXT));
        }
        return octet;
    }

    void blanks() throws IOException {
        while (peek() == ' ') {
            next();
        }
    }

    boolean atLineEnd() throws IOException {
        return peek() == '\r' || peek() == '\n';
    }

    /** The rest of the line, up to its end. */
    String rest() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (!atLineEnd()) {
            line.write(next());
        }
        return line.toString(StandardCharsets.ISO_8859_1);
    }

    /** The rest of the line; its end is read and left out. */
    String restOfLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (peek() != '\n') {
            line.write(next());
        }
        next();
        lineOctets = 0;
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    /** An atom, up to a blank, parenthesis or line end. */
    String atom() throws IOException {
        StringBuilder text = new StringBuilder();
        while (true) {
            int octet = peek();
            if (octet <= ' ' || octet == '(' || octet == ')') {
                return text.toString();
            }
            text.append((char) next());
        }
    }

    /** The name of a FETCH item, with what stands in its brackets. */
    String item() throws IOException {
        StringBuilder text = new StringBuilder();
        boolean bracket = false;
        while (true) {
            int octet = peek();
            if (octet == '\r' || octet == '\n' || (!bracket && (octet <= ' ' || octet == '(' || octet == ')'))) {
                return text.toString();
            }
            bracket = octet == '[' || (bracket && octet != ']');
            text.append((char) next());
        }
    }

    /** A value; null for NIL. */
    @Nullable
    Value value() throws IOException {
        return value(0);
    }

    private @Nullable Value value(int depth) throws IOException {
        if (depth > MOST_DEPTH) {
            throw new ImapException.Broken("the server's answer has more than " + MOST_DEPTH + " nested lists");
        }
        return switch (peek()) {
            case '(' -> {
                next();
                List<@Nullable Value> values = new ArrayList<>();
                blanks();
                while (peek() != ')') {
                    if (atLineEnd()) {
                        throw new ImapException.Broken("a list in the server's answer has no end");
                    }
                    values.add(value(depth + 1));
                    blanks();
                }
                next();
                yield new Value.Sequence(values);
            }
            case '"' -> new Value.Text(quoted());
            case '{' -> new Value.Text(smallLiteral());
            case '~' -> {
                next();
                yield peek() == '{' ? new Value.Text(smallLiteral()) : new Value.Atom("~" + atom());
            }
            case ')' -> throw new ImapException.Broken("a ')' in the server's answer stands where a value should");
            default -> {
                String atom = atom();
                if (atom.isEmpty()) {
                    throw new ImapException.Broken("a value is missing in the server's answer");
                }
                if (atom.equalsIgnoreCase("NIL")) {
                    yield null;
                }
                yield new Value.Atom(atom);
            }
        };
    }

    private String quoted() throws IOException {
        next();
        StringBuilder text = new StringBuilder();
        while (true) {
            int octet = next();
            if (octet == '"') {
                return text.toString();
            }
            if (octet == '\n') {
                throw new ImapException.Broken("a quoted string in the server's answer has no end");
            }
            text.append((char) (octet == '\\' ? next() : octet));
        }
    }

    private long literalLength() throws IOException {
        next();
        StringBuilder digits = new StringBuilder();
        while (peek() >= '0' && peek() <= '9' && digits.length() < 18) {
            digits.append((char) next());
        }
        if (peek() == '+') {
            next();
        }
        if (digits.isEmpty() || next() != '}') {
            throw new ImapException.Broken("a literal in the server's answer has no length");
        }
        if (peek() == '\r') {
            next();
        }
        if (next() != '\n') {
            throw new ImapException.Broken("a literal's length in the server's answer is not followed by a line end");
        }
        long length = Long.parseLong(digits.toString());
        if (length > MOST_LITERAL) {
            throw new ImapException.Broken("the server announces a literal of %,d octets".formatted(length));
        }
        return length;
    }

    private String smallLiteral() throws IOException {
        long length = literalLength();
        if (length > MOST_TEXT) {
            throw new ImapException.Broken("the server announces %,d octets where no message is".formatted(length));
        }
        ByteArrayOutputStream text = new ByteArrayOutputStream((int) Math.min(length, BUFFER));
        copy(length, text::write);
        return text.toString(StandardCharsets.ISO_8859_1);
    }

    /**
     * A message's octets, as literal or as quoted string.
     *
     * @return false if the server says NIL
     */
    boolean body(Body to) throws IOException {
        if (peek() == '~') {
            next();
        }
        if (peek() == '{') {
            long length = literalLength();
            copy(length, to);
            return true;
        }
        if (peek() == '"') {
            byte[] text = quoted().getBytes(StandardCharsets.ISO_8859_1);
            to.accept(text, 0, text.length);
            return true;
        }
        String atom = atom();
        if (atom.equalsIgnoreCase("NIL")) {
            return false;
        }
        throw new ImapException.Broken("the server gives '" + shown(atom) + "' as a message");
    }

    private void copy(long length, Body to) throws IOException {
        long left = length;
        while (left > 0) {
            if (at >= end && !fill()) {
                throw new EOFException(
                        "the server closed the connection %,d octets before the end of a literal".formatted(left));
            }
            int n = (int) Math.min(left, end - at);
            to.accept(buffer, at, n);
            at += n;
            left -= n;
        }
    }

    /** Server's words as an operator may see them: one line, no control characters, not endless. */
    static String shown(String words) {
        StringBuilder clean = new StringBuilder();
        for (int i = 0; i < Math.min(words.length(), 300); i++) {
            char c = words.charAt(i);
            clean.append(c < ' ' || (c >= 0x7f && c < 0xa0) ? '?' : c);
        }
        return clean.toString().strip();
    }
}
