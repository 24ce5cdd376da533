package org.understudy.server.imap.append;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.util.Locale;
import org.apache.james.imap.api.display.HumanReadableText;
import org.apache.james.imap.decode.DecodingException;
import org.apache.james.imap.decode.ImapRequestLineReader;

/** {@code date-time = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE} (RFC 9051 section 9). */
final class InternalDate {
    private static final DateTimeFormatter FORM = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .appendPattern("dd-MMM-uuuu HH:mm:ss xx")
            .toFormatter(Locale.ENGLISH)
            .withResolverStyle(ResolverStyle.STRICT);

    private static final int LONGEST = 64;

    private InternalDate() {}

    /** Reads a quoted date; one that does not exist is refused. */
    static Instant read(ImapRequestLineReader request) throws DecodingException {
        request.consume();
        StringBuilder text = new StringBuilder();
        for (char next = request.consume(); next != '"'; next = request.consume()) {
            text.append(next);
            if (next == '\n' || text.length() > LONGEST) {
                throw new DecodingException(HumanReadableText.ILLEGAL_ARGUMENTS, "A date has no end.");
            }
        }
        try {
            String fixed = text.toString().replaceFirst("^ ?(\\d-)", "0$1");
            return OffsetDateTime.parse(fixed, FORM).toInstant();
        } catch (DateTimeException e) {
            throw new DecodingException(HumanReadableText.ILLEGAL_ARGUMENTS, "There is no such date: " + text, e);
        }
    }
}
