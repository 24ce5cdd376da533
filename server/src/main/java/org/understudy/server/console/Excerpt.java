package org.understudy.server.console;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.understudy.restore.validate.Finding;

/**
 * A piece of a message around the place that a finding names: at most {@value #AROUND} octets on either side, and
 * {@value #LONGEST} of the place. Octets that are no text are shown as {@code \xNN}.
 *
 * @param exact whether octets of the source could be found again in the stored form
 */
record Excerpt(Finding finding, String before, String place, String after, boolean exact) {
    static final int AROUND = 240;
    static final int LONGEST = 400;

    /**
     * Empty where the finding names no place in the text.
     *
     * @param body as it is stored
     * @param rawSize octets in the source, which may have had LF for line ends
     */
    static Optional<Excerpt> of(byte[] body, long rawSize, Finding finding) {
        return switch (finding.place()) {
            case Finding.Place.Octets octets -> Optional.of(octets(body, rawSize, octets, finding));
            case Finding.Place.Header header -> header(body, header.name(), finding);
            case Finding.Place.Whole whole -> Optional.empty();
            case Finding.Place.FileName file -> Optional.empty();
        };
    }

    private static Excerpt octets(byte[] body, long rawSize, Finding.Place.Octets place, Finding finding) {
        boolean same = rawSize == body.length;
        int from = same ? clamp(place.offset(), body) : canonical(body, place.offset());
        int to = same
                ? clamp(place.offset() + Math.max(1, place.length()), body)
                : canonical(body, place.offset() + Math.max(1, place.length()));
        return cut(body, from, Math.max(from, to), finding, same || canonical(body, rawSize) == body.length);
    }

    private static int clamp(long offset, byte[] body) {
        return Math.clamp(offset, 0, body.length);
    }

    /** Where an octet of a form with LF for line ends lies in one with CRLF. */
    private static int canonical(byte[] body, long offset) {
        long left = offset;
        int at = 0;
        while (at < body.length && left > 0) {
            if (!(body[at] == '\r' && at + 1 < body.length && body[at + 1] == '\n')) {
                left--;
            }
            at++;
        }
        return at;
    }

    private static Optional<Excerpt> header(byte[] body, String name, Finding finding) {
        byte[] field = (name.toLowerCase(Locale.ROOT) + ":").getBytes(StandardCharsets.US_ASCII);
        int at = 0;
        while (at < body.length) {
            int end = at;
            while (end < body.length && body[end] != '\n') {
                end++;
            }
            if (end - at <= 1) {
                return Optional.empty();
            }
            if (begins(body, at, field)) {
                while (end + 1 < body.length && (body[end + 1] == ' ' || body[end + 1] == '\t')) {
                    end++;
                    while (end < body.length && body[end] != '\n') {
                        end++;
                    }
                }
                return Optional.of(cut(body, at, Math.min(end, body.length), finding, true));
            }
            at = end + 1;
        }
        return Optional.empty();
    }

    private static boolean begins(byte[] body, int at, byte[] lower) {
        if (at + lower.length > body.length) {
            return false;
        }
        for (int i = 0; i < lower.length; i++) {
            if (Character.toLowerCase((char) (body[at + i] & 0xFF)) != lower[i]) {
                return false;
            }
        }
        return true;
    }

    private static Excerpt cut(byte[] body, int from, int to, Finding finding, boolean exact) {
        int end = Math.min(to, from + LONGEST);
        int first = Math.max(0, from - AROUND);
        int last = Math.min(body.length, end + AROUND);
        return new Excerpt(
                finding,
                (first > 0 ? "…" : "") + shown(body, first, from),
                shown(body, from, end) + (end < to ? "…" : ""),
                shown(body, end, last) + (last < body.length ? "…" : ""),
                exact);
    }

    /** As text, with everything that is none or that hides made visible. */
    static String shown(byte[] body, int from, int to) {
        StringBuilder out = new StringBuilder(to - from);
        int at = from;
        while (at < to) {
            int octet = body[at] & 0xFF;
            if (octet == '\n' || octet == '\t' || octet >= 0x20 && octet < 0x7F) {
                out.append((char) octet);
                at++;
            } else if (octet == '\r' && at + 1 < body.length && body[at + 1] == '\n') {
                at++;
            } else {
                int length = octet >= 0xF0 ? 4 : octet >= 0xE0 ? 3 : octet >= 0xC2 ? 2 : 1;
                String text = length > 1 && at + length <= to ? text(body, at, length) : "";
                if (text.isEmpty()) {
                    out.append(String.format(Locale.ROOT, "\\x%02X", octet));
                    at++;
                } else {
                    out.append(Shown.name(text));
                    at += length;
                }
            }
        }
        return out.toString();
    }

    private static String text(byte[] body, int at, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body, at, length))
                    .toString();
        } catch (CharacterCodingException e) {
            return "";
        }
    }
}
