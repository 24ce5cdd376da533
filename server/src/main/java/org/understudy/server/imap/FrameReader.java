package org.understudy.server.imap;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apache.james.imap.api.display.HumanReadableText;
import org.apache.james.imap.decode.DecodingException;
import org.apache.james.imap.decode.ImapRequestLineReader;
import org.apache.james.imap.message.Literal;
import org.understudy.server.imap.CommandFrame.Piece;
import org.understudy.storage.Content;

/**
 * Lets James's command parsers read one framed command. Characters come from its lines alone; a literal is handed out
 * only where the frame has one of just the announced size. For one thread.
 */
public final class FrameReader extends ImapRequestLineReader {
    private final List<Piece> pieces;
    private int piece;
    private byte[] line;
    private int position;

    FrameReader(CommandFrame frame) {
        this.pieces = frame.pieces();
        this.line = lineAt(0);
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
        if (extraCRLF) {
            eol();
        }
        return literal;
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

    /** Does nothing: the literal is here already. */
    @Override
    protected void commandContinuationRequest() {}
}
