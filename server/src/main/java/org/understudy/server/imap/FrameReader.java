package org.understudy.server.imap;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apache.james.imap.api.display.HumanReadableText;
import org.apache.james.imap.decode.DecodingException;
import org.apache.james.imap.decode.ImapRequestLineReader;
import org.apache.james.imap.message.Literal;
import org.understudy.server.imap.CommandFrame.Piece;

/**
 * Lets James's command parsers read one framed command. Characters come from its lines alone; a literal is handed out
 * only where the frame has one of just the announced size. For one thread.
 */
final class FrameReader extends ImapRequestLineReader {
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
        boolean lineDone = position == line.length && !nextSeen;
        if (!lineDone
                || piece + 1 >= pieces.size()
                || !(pieces.get(piece + 1) instanceof Piece.Body(Literal literal))
                || literal.size() != size
                || (literal instanceof FileLiteral && !extraCRLF)) {
            throw new DecodingException(HumanReadableText.ILLEGAL_ARGUMENTS, "No such literal here.");
        }
        if (!extraCRLF) {
            refuseNul(literal);
        }
        piece += 2;
        line = lineAt(piece);
        position = 0;
        nextSeen = false;
        nextChar = 0;
        if (extraCRLF) {
            eol();
        }
        return literal;
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
