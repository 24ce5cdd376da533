package org.understudy.server.imap.search;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Locale;
import org.apache.james.imap.api.display.HumanReadableText;
import org.apache.james.imap.decode.DecodingException;
import org.apache.james.imap.decode.ImapRequestLineReader;

/** The words of a command's arguments (RFC 9051 section 9). Every method throws {@link DecodingException} for others. */
final class Words {
    private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";

    private final ImapRequestLineReader in;
    private Charset charset = StandardCharsets.UTF_8;

    Words(ImapRequestLineReader in) {
        this.in = in;
    }

    static DecodingException bad(String why) {
        return new DecodingException(HumanReadableText.ILLEGAL_ARGUMENTS, "org.understudy.search: " + why);
    }

    /** Strings from here on are in that charset. */
    void charset(Charset given) {
        charset = given;
    }

    /** The next character, blanks before it passed over; a line end is one too. */
    char peek() throws DecodingException {
        char next = in.nextChar();
        while (next == ' ') {
            in.consume();
            next = in.nextChar();
        }
        return next;
    }

    boolean atEnd() throws DecodingException {
        char next = peek();
        return next == '\r' || next == '\n';
    }

    void expect(char wanted) throws DecodingException {
        if (peek() != wanted) {
            throw bad("'" + wanted + "' expected");
        }
        in.consume();
    }

    /** Takes the character if it is next. */
    boolean take(char wanted) throws DecodingException {
        if (peek() != wanted) {
            return false;
        }
        in.consume();
        return true;
    }

    /** An atom in upper case. */
    String keyword() throws DecodingException {
        return atom().toUpperCase(Locale.ROOT);
    }

    String atom() throws DecodingException {
        StringBuilder atom = new StringBuilder();
        char next = peek();
        while (next > ' ' && next < 0x7F && "(){\"".indexOf(next) < 0) {
            atom.append(next);
            in.consume();
            next = in.nextChar();
        }
        if (atom.isEmpty()) {
            throw bad("an argument is missing");
        }
        return atom.toString();
    }

    /** An astring in the charset of the command; octets that are none of it are refused. */
    String string() throws DecodingException {
        return decoded(octets(), charset);
    }

    /** An astring of ASCII. */
    String asciiString() throws DecodingException {
        return decoded(octets(), StandardCharsets.US_ASCII);
    }

    private byte[] octets() throws DecodingException {
        char next = peek();
        if (next == '"' || next == '{') {
            return in.astring(StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.ISO_8859_1);
        }
        return atom().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String decoded(byte[] octets, Charset charset) throws DecodingException {
        try {
            return charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(octets))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new DecodingException(
                    HumanReadableText.BAD_IO_ENCODING, "a string is not in charset " + charset.name(), e);
        }
    }

    /** 0 to 2^63-1. */
    long number() throws DecodingException {
        String digits = atom();
        try {
            long number = Long.parseUnsignedLong(digits);
            if (number < 0 || !Character.isDigit(digits.charAt(0))) {
                throw bad("a number is out of range");
            }
            return number;
        } catch (NumberFormatException e) {
            throw bad("a number was expected");
        }
    }

    /** A date such as {@code 1-Feb-1994}, with or without quotes. */
    LocalDate date() throws DecodingException {
        String[] parts = asciiString().strip().split("-", -1);
        if (parts.length == 3 && parts[1].length() == 3 && parts[2].length() == 4) {
            int month = MONTHS.indexOf(parts[1].toLowerCase(Locale.ROOT));
            try {
                if (month >= 0 && month % 3 == 0) {
                    return LocalDate.of(Integer.parseInt(parts[2]), month / 3 + 1, Integer.parseInt(parts[0].strip()));
                }
            } catch (NumberFormatException | DateTimeException e) {
                throw bad("there is no such date");
            }
        }
        throw bad("a date such as 1-Feb-1994 was expected");
    }
}
