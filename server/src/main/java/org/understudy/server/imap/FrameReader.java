package org.understudy.server.imap;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.james.imap.api.display.HumanReadableText;
import org.apache.james.imap.api.message.IdRange;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.decode.DecodingException;
import org.apache.james.imap.decode.ImapRequestLineReader;
import org.apache.james.imap.message.Literal;
import org.jspecify.annotations.Nullable;
import org.understudy.server.imap.CommandFrame.Piece;
import org.understudy.server.imap.grammar.Arguments;
import org.understudy.server.imap.grammar.MailboxName;
import org.understudy.server.imap.search.SavedSearch;
import org.understudy.storage.Content;

/**
 * Lets James's command parsers read one framed command. Characters come from its lines alone; a literal is handed out
 * only where the frame has one of just the announced size. For one thread.
 */
public final class FrameReader extends ImapRequestLineReader {
    private final List<Piece> pieces;
    private final boolean utf8;
    private final boolean uidCommand;
    private int piece;
    private byte[] line;
    private int position;

    FrameReader(CommandFrame frame) {
        this(frame, false);
    }

    /** @param utf8 whether mailbox names are UTF-8 rather than modified UTF-7 */
    FrameReader(CommandFrame frame, boolean utf8) {
        this.utf8 = utf8;
        this.pieces = frame.pieces();
        this.uidCommand = frame.name().startsWith("UID ");
        this.line = lineAt(0);
    }

    /** With {@code $} as what was saved (RFC 5182), in UIDs or sequence numbers as the command has them. */
    @Override
    public IdRange[] parseIdRange(ImapSession session) throws DecodingException {
        if (nextWordChar() == '$' && session != null) {
            consume();
            return uidCommand ? SavedSearch.uids(session) : SavedSearch.sequenceNumbers(session);
        }
        return super.parseIdRange(session);
    }

    private byte[] lineAt(int index) {
        return index < pieces.size() && pieces.get(index) instanceof Piece.Line text ? text.octets() : new byte[0];
    }

    @Override
    public char nextChar() throws DecodingException {
        if (!nextSeen) {
            if (position == line.length) {
                throw new DecodingException(HumanReadableText.ILLEGAL_ARGUMENTS, "Unexpected end of command.");
            }
            nextChar = (char) (line[position++] & 0xff);
            if (nextChar == 0) {
                throw nul();
            }
            nextSeen = true;
        }
        return nextChar;
    }

    /**
     * The literal after the line that has just been read.
     *
     * @param extraCRLF whether the literal must be the command's last argument, and may be large
     */
    @Override
    public Literal read(int size, boolean extraCRLF) throws IOException {
        Literal literal = take(size);
        if (literal instanceof FileLiteral && !extraCRLF) {
            throw noLiteral();
        }
        if (!extraCRLF) {
            refuseNul(literal);
        }
        if (extraCRLF) {
            eol();
        }
        return literal;
    }

    /** A mailbox name; one that is not in the session's encoding is refused with words. */
    @Override
    public String mailbox() throws DecodingException {
        if (nextWordChar() == '(') {
            throw new DecodingException(HumanReadableText.ILLEGAL_ARGUMENTS, "No mailbox name here.");
        }
        return MailboxName.decode(new Arguments(this).astring(), utf8);
    }

    /** A quoted string; in UTF-8 once the session has enabled that (RFC 6855 section 3). */
    @Override
    public String consumeQuoted(@Nullable Charset charset) throws DecodingException {
        return super.consumeQuoted(charset == null && utf8 ? StandardCharsets.UTF_8 : charset);
    }

    /**
     * The message that the line announces here, in heap or in a file: <code>{n}</code>, <code>{n+}</code> or, binary,
     * <code>~{n}</code> (RFC 3516 section 4.4). What follows it in the command comes next. It is there until the command
     * has been carried out.
     */
    public Content message() throws IOException {
        char next = consume();
        if (next == '~') {
            next = consume();
        }
        if (next != '{') {
            throw new DecodingException(HumanReadableText.ILLEGAL_ARGUMENTS, "A message is a literal.");
        }
        long size = 0;
        for (next = consume(); next >= '0' && next <= '9' && size <= Integer.MAX_VALUE; next = consume()) {
            size = size * 10 + (next - '0');
        }
        if (next == '+') {
            next = consume();
        }
        if (next != '}') {
            throw noLiteral();
        }
        if (nextChar() == '\r') {
            consume();
        }
        if (consume() != '\n') {
            throw noLiteral();
        }
        return switch (take(size)) {
            case HeapLiteral heap -> Content.of(heap.octets());
            case Literal other -> content(other, size);
        };
    }

    private static Content content(Literal literal, long size) {
        return new Content() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public InputStream open() throws IOException {
                return literal.getInputStream();
            }
        };
    }

    private Literal take(long size) throws IOException {
        boolean lineDone = position == line.length && !nextSeen;
        if (!lineDone
                || piece + 1 >= pieces.size()
                || !(pieces.get(piece + 1) instanceof Piece.Body(Literal literal))
                || literal.size() != size) {
            throw noLiteral();
        }
        piece += 2;
        line = lineAt(piece);
        position = 0;
        nextSeen = false;
        nextChar = 0;
        return literal;
    }

    private static DecodingException noLiteral() {
        return new DecodingException(HumanReadableText.ILLEGAL_ARGUMENTS, "No such literal here.");
    }

    /** A string has no NUL, in whichever form it comes; only messages may (RFC 9051 section 9, CHAR8). */
    private static void refuseNul(Literal literal) throws IOException {
        try (InputStream octets = literal.getInputStream()) {
            for (int octet = octets.read(); octet >= 0; octet = octets.read()) {
                if (octet == 0) {
                    throw nul();
                }
            }
        }
    }

    private static DecodingException nul() {
        return new DecodingException(HumanReadableText.ILLEGAL_ARGUMENTS, "A NUL is in the command.");
    }

    /** Does nothing: the literal is here already. */
    @Override
    protected void commandContinuationRequest() {}
}
