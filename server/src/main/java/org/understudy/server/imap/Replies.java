package org.understudy.server.imap;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.james.imap.api.ImapConstants;
import org.apache.james.imap.api.message.response.ImapResponseMessage;
import org.apache.james.imap.api.message.response.StatusResponse;
import org.apache.james.imap.api.process.ImapProcessor;
import org.apache.james.imap.encode.ImapEncoder;
import org.apache.james.imap.encode.ImapResponseComposer;
import org.apache.james.imap.encode.base.ImapResponseComposerImpl;
import org.apache.james.imap.message.response.CapabilityResponse;
import org.apache.james.imap.message.response.EnableResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.server.imap.grammar.MailboxName;
import org.understudy.server.imap.reply.DirectResponse;

/**
 * The replies to one command: encodes them, sees to it that there is one tagged reply and no more, and puts the
 * capabilities into the reply to a login. A response is written whole or not at all; where that fails, the connection
 * cannot go on.
 */
final class Replies implements ImapProcessor.Responder {
    private static final Logger LOG = LoggerFactory.getLogger(Replies.class);

    /** What the client has been told so far. */
    enum Told {
        NOTHING,
        OK,
        NO,
        BAD,
        BYE
    }

    private final ImapEncoder encoder;
    private final ReplyWriter writer;
    private final String tag;
    private final Capabilities capabilities;
    private final ConnectionSession session;
    private ImapResponseComposerImpl composer;
    private Told told = Told.NOTHING;
    private boolean tagged;
    private boolean broken;
    private @Nullable Throwable fault;

    /**
     * @param tag the command's tag
     * @param capabilities those of the session
     */
    Replies(ImapEncoder encoder, ReplyWriter writer, String tag, Capabilities capabilities, ConnectionSession session) {
        this.encoder = encoder;
        this.writer = writer;
        this.tag = tag;
        this.capabilities = capabilities;
        this.session = session;
        this.composer = newComposer();
    }

    private ImapResponseComposerImpl newComposer() {
        ImapResponseComposerImpl fresh = new ImapResponseComposerImpl(writer) {
            @Override
            public ImapResponseComposer mailbox(String name) throws IOException {
                return message(MailboxName.quoted(name, MailboxName.usesUtf8(session)));
            }
        };
        writer.beforeLiteral(() -> flush(fresh));
        return fresh;
    }

    private static void flush(ImapResponseComposerImpl composer) {
        try {
            composer.flush();
        } catch (IOException e) {
            throw new IllegalStateException("a reply in memory cannot be copied", e);
        }
    }

    /**
     * Encodes one response.
     *
     * @throws ClientGoneException if the client is not there any more, or the replies are broken
     * @throws IllegalStateException if the response cannot be encoded; it then left no octet behind, or the replies are
     *     {@link #broken()}
     */
    @Override
    public synchronized void respond(ImapResponseMessage message) {
        if (broken) {
            throw new ClientGoneException("the reply cannot be completed");
        }
        if (message instanceof StatusResponse status && !accept(status)) {
            return;
        }
        long mark = writer.octets();
        try {
            if (message instanceof StatusResponse status && answersLogin(status)) {
                writeLine(status.getTag().asString() + " OK [CAPABILITY " + capabilities.line() + "] "
                        + status.getCommand().getName() + " completed.");
            } else if (message instanceof CapabilityResponse && !(message instanceof EnableResponse)) {
                writeLine("* CAPABILITY " + capabilities.line());
            } else if (message instanceof DirectResponse direct) {
                direct.write(writer);
            } else {
                encoder.encode(message, composer);
                flush(composer);
            }
        } catch (ClientGoneException e) {
            broken = true;
            throw e;
        } catch (IOException | RuntimeException | Error e) {
            broken = !writer.rollBack(mark);
            fault = broken ? e : null;
            composer = newComposer();
            throw new IllegalStateException(
                    "a " + message.getClass().getSimpleName() + " cannot be sent" + (broken ? " to its end" : ""), e);
        }
    }

    private boolean accept(StatusResponse status) {
        if (status.getServerResponseType() == StatusResponse.Type.BYE) {
            told = Told.BYE;
            return true;
        }
        if (status.getTag() == null) {
            if (status.getServerResponseType() == StatusResponse.Type.BAD && !tagged) {
                told = Told.BAD;
            }
            return true;
        }
        if (tagged) {
            LOG.warn(
                    "A second tagged reply was held back: {} {}",
                    status.getServerResponseType(),
                    status.getCommand() == null ? "" : status.getCommand().getName());
            return false;
        }
        tagged = true;
        if (told != Told.BYE) {
            told = switch (status.getServerResponseType()) {
                case OK, PREAUTH -> Told.OK;
                case NO -> Told.NO;
                case BAD -> Told.BAD;
                case BYE -> Told.BYE;
            };
        }
        return true;
    }

    private static boolean answersLogin(StatusResponse status) {
        return status.getTag() != null
                && status.getServerResponseType() == StatusResponse.Type.OK
                && status.getResponseCode() == null
                && (ImapConstants.LOGIN_COMMAND.equals(status.getCommand())
                        || ImapConstants.AUTHENTICATE_COMMAND.equals(status.getCommand()));
    }

    /** Answers the command itself, unless it has been answered. */
    synchronized void answer(Told how, String text) {
        if (!tagged && !broken) {
            tagged = true;
            told = how;
            writeLine(tag + " " + how + " " + text);
        }
    }

    /** Says that the connection ends. */
    synchronized void bye(String text) {
        if (!broken) {
            told = Told.BYE;
            writeLine("* BYE " + text);
        }
    }

    private void writeLine(String line) {
        writer.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** Does nothing: the turn flushes when it ends. */
    @Override
    public void flush() {}

    /** Whether the command has its tagged reply. */
    synchronized boolean answered() {
        return tagged;
    }

    /** Whether part of a response was sent that cannot be completed; the connection has to end without another octet. */
    synchronized boolean broken() {
        return broken;
    }

    /** What broke the replies, unless it was the client. */
    synchronized @Nullable Throwable fault() {
        return fault;
    }

    synchronized Told told() {
        return told;
    }
}
