package org.understudy.server.imap;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.apache.james.imap.message.Literal;

/**
 * One whole command as it came: lines, each with its line end, and after each line that announces one, a literal. A
 * line always comes first and last.
 */
record CommandFrame(List<Piece> pieces) implements Closeable {
    /** Used where a line has no usable tag. */
    static final String NO_TAG = "*";

    private static final int TAG_LIMIT = 128;
    private static final String NOT_IN_TAGS = "(){%*\"\\]+";

    /** A part of a command. */
    sealed interface Piece {
        /** Octets up to and including LF. */
        final class Line implements Piece {
            private final byte[] octets;

            Line(byte[] octets) {
                this.octets = octets;
            }

            byte[] octets() {
                return octets;
            }
        }

        /** Octets that are not to be looked at for commands. */
        record Body(Literal literal) implements Piece {}
    }

    CommandFrame {
        pieces = List.copyOf(pieces);
    }

    /** The command's name in capitals, with its second word after UID; empty when there is none. */
    String name() {
        return pieces.get(0) instanceof Piece.Line line ? name(line.octets()) : "";
    }

    /** The tag, or {@code *} when the command has none that could be sent back (RFC 9051 section 9). */
    String tag() {
        return pieces.get(0) instanceof Piece.Line line ? tag(line.octets()) : NO_TAG;
    }

    static String name(byte[] line) {
        String[] words = words(line);
        String name = words.length > 1 ? words[1].toUpperCase(Locale.ROOT) : "";
        return name.equals("UID") && words.length > 2 ? name + " " + words[2].toUpperCase(Locale.ROOT) : name;
    }

    static String tag(byte[] line) {
        String tag = words(line)[0];
        boolean usable = !tag.isEmpty()
                && tag.length() <= TAG_LIMIT
                && tag.chars().allMatch(c -> c > ' ' && c < 0x7f && NOT_IN_TAGS.indexOf(c) < 0);
        return usable ? tag : NO_TAG;
    }

    private static String[] words(byte[] line) {
        int length = Math.min(line.length, 4 * TAG_LIMIT);
        return new String(line, 0, length, StandardCharsets.ISO_8859_1)
                .stripTrailing()
                .split(" ", 4);
    }

    /** Deletes what literals left on disk. */
    @Override
    public void close() throws IOException {
        for (Piece piece : pieces) {
            if (piece instanceof Piece.Body body && body.literal() instanceof Closeable file) {
                file.close();
            }
        }
    }
}
