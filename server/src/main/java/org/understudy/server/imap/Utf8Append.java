package org.understudy.server.imap;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.understudy.server.imap.CommandFrame.Piece;

/**
 * Takes the wrapping {@code UTF8 (~{n} ...)} from the messages of an APPEND or REPLACE (RFC 6855 section 4), so that what
 * parses the command sees a plain literal; messages are stored as they come either way.
 */
final class Utf8Append {
    private static final Pattern OPENING = Pattern.compile("UTF8 \\(~(\\{\\d+\\+?})\r?\n$", Pattern.CASE_INSENSITIVE);

    private Utf8Append() {}

    /** The frame itself where nothing is wrapped. */
    static CommandFrame unwrapped(CommandFrame frame) {
        List<Piece> pieces = new ArrayList<>();
        boolean closing = false;
        boolean changed = false;
        for (Piece piece : frame.pieces()) {
            if (!(piece instanceof Piece.Line line)) {
                pieces.add(piece);
                continue;
            }
            byte[] octets = line.octets();
            if (closing) {
                if (octets[0] != ')') {
                    return frame;
                }
                octets = Arrays.copyOfRange(octets, 1, octets.length);
            }
            String text = new String(octets, StandardCharsets.ISO_8859_1);
            Matcher opening = OPENING.matcher(text);
            closing = opening.find();
            if (closing) {
                changed = true;
                text = text.substring(0, opening.start()) + opening.group(1) + "\r\n";
            }
            pieces.add(new Piece.Line(text.getBytes(StandardCharsets.ISO_8859_1)));
        }
        return changed && !closing ? new CommandFrame(pieces) : frame;
    }
}
