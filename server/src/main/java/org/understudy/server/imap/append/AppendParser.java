package org.understudy.server.imap.append;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.apache.james.imap.api.ImapConstants;
import org.apache.james.imap.api.ImapMessage;
import org.apache.james.imap.api.Tag;
import org.apache.james.imap.api.display.HumanReadableText;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.decode.DecodingException;
import org.apache.james.imap.decode.ImapRequestLineReader;
import org.apache.james.imap.decode.base.AbstractImapCommandParser;
import org.understudy.server.imap.FrameReader;
import org.understudy.server.mailbox.Arriving;
import org.understudy.storage.Content;

/**
 * {@code append = "APPEND" SP mailbox 1*append-message}, {@code append-message = [SP flag-list] [SP date-time] SP
 * (literal / literal8 / "UTF8" SP "(" literal8 ")")} (RFC 9051 section 9, RFC 3502 section 7, RFC 6855 section 4).
 */
public final class AppendParser extends AbstractImapCommandParser {
    private final Clock clock;

    /** @param clock gives the INTERNALDATE of messages that come without */
    public AppendParser(StatusResponseFactory responses, Clock clock) {
        super(ImapConstants.APPEND_COMMAND, responses);
        this.clock = clock;
    }

    @Override
    protected ImapMessage decode(ImapRequestLineReader request, Tag tag, ImapSession session) throws DecodingException {
        if (!(request instanceof FrameReader frame)) {
            throw new IllegalStateException("APPEND is read from a whole command, not from " + request.getClass());
        }
        String mailbox = frame.mailbox();
        List<Arriving> messages = new ArrayList<>(1);
        try {
            do {
                messages.add(message(frame));
            } while (frame.nextChar() == ' ' && frame.nextWordCharLenient().isPresent());
            frame.eol();
        } catch (DecodingException e) {
            throw e;
        } catch (IOException e) {
            throw new DecodingException(HumanReadableText.SOCKET_IO_FAILURE, "A literal cannot be read.", e);
        }
        return new AppendMessages(tag, mailbox, messages);
    }

    private Arriving message(FrameReader request) throws IOException {
        javax.mail.Flags flags = request.nextWordChar() == '(' ? request.flagList() : new javax.mail.Flags();
        Instant date = request.nextWordChar() == '"'
                ? InternalDate.read(request)
                : clock.instant().truncatedTo(ChronoUnit.MILLIS);
        return new Arriving(content(request), date, flags);
    }

    private static Content content(FrameReader request) throws IOException {
        char first = request.nextWordChar();
        if (first != 'U' && first != 'u') {
            return request.message();
        }
        for (char expected : "UTF8".toCharArray()) {
            take(request, expected);
        }
        request.nextWordChar();
        take(request, '(');
        if (request.nextWordChar() != '~') {
            throw new DecodingException(HumanReadableText.ILLEGAL_ARGUMENTS, "UTF8 wants a binary literal.");
        }
        Content message = request.message();
        request.nextWordChar();
        take(request, ')');
        return message;
    }

    private static void take(FrameReader request, char expected) throws DecodingException {
        if (Character.toUpperCase(request.consume()) != expected) {
            throw new DecodingException(HumanReadableText.ILLEGAL_ARGUMENTS, "A message is expected here.");
        }
    }
}
