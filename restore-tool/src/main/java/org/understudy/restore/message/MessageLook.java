package org.understudy.restore.message;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.stream.BodyDescriptor;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.apache.james.mime4j.stream.RecursionMode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a message shows to whoever reads it, so that a copy that was rebuilt can be told from another message. Says nothing of
 * whether the message is sound.
 *
 * @param sent the Date field, to the second; empty if there is none that can be read, or if the structure cannot be
 * @param senders as {@link SenderAddresses}
 * @param letters letters and digits of its text, decoded: of text/plain or of text/html without its tags, whichever has more
 * @param attachments leaf parts that are neither of these, or that are marked as attachments; a message within is one
 * @param attachedOctets octets of those, decoded
 */
public record MessageLook(
        Optional<Instant> sent, Set<String> senders, long letters, long attachments, long attachedOctets) {
    private static final Logger LOG = LoggerFactory.getLogger(MessageLook.class);
    private static final int DEEPEST = 64;

    /** Reads a message, which may be anything. */
    public static MessageLook of(byte[] message) {
        Draft draft = new Draft();
        try {
            draft.read(new ByteArrayInputStream(message));
            return new MessageLook(
                    Optional.ofNullable(draft.sent).map(one -> one.truncatedTo(ChronoUnit.SECONDS)),
                    SenderAddresses.of(new ByteArrayInputStream(message)),
                    Math.max(draft.plain, draft.html),
                    draft.attachments,
                    draft.attachedOctets);
        } catch (MimeException | IOException e) {
            LOG.debug("a message cannot be taken apart", e);
            return new MessageLook(Optional.empty(), Set.of(), 0, 0, 0);
        }
    }

    private static final class Draft {
        private @Nullable Instant sent;
        private long plain;
        private long html;
        private long attachments;
        private long attachedOctets;

        void read(InputStream message) throws MimeException, IOException {
            MimeTokenStream tokens = new MimeTokenStream(MimeConfig.custom()
                    .setMaxLineLen(-1)
                    .setMaxHeaderCount(-1)
                    .setMaxHeaderLen(-1)
                    .build());
            tokens.setRecursionMode(RecursionMode.M_NO_RECURSE);
            tokens.parse(message);
            int depth = 0;
            boolean top = true;
            boolean attached = false;
            for (EntityState state = tokens.getState(); state != EntityState.T_END_OF_STREAM; state = tokens.next()) {
                switch (state) {
                    case T_START_BODYPART -> attached = false;
                    case T_FIELD -> {
                        String name = tokens.getField().getName();
                        if (top && name.equalsIgnoreCase("Date") && sent == null) {
                            sent = MailDate.read(tokens.getField().getBody().strip());
                        } else if (name.equalsIgnoreCase("Content-Disposition")) {
                            attached = tokens.getField()
                                    .getBody()
                                    .strip()
                                    .toLowerCase(Locale.ROOT)
                                    .startsWith("attachment");
                        }
                    }
                    case T_END_HEADER -> top = false;
                    case T_START_MULTIPART -> {
                        if (++depth > DEEPEST) {
                            throw new MimeException("parts lie in each other more than " + DEEPEST + " deep");
                        }
                    }
                    case T_END_MULTIPART -> depth--;
                    case T_BODY -> body(tokens, attached);
                    default -> {}
                }
            }
        }

        private void body(MimeTokenStream tokens, boolean attached) throws IOException {
            BodyDescriptor kind = tokens.getBodyDescriptor();
            try (InputStream decoded = tokens.getDecodedInputStream()) {
                switch (attached ? "" : kind.getMimeType()) {
                    case "text/plain" -> plain += letters(reader(decoded, kind), false);
                    case "text/html" -> html += letters(reader(decoded, kind), true);
                    default -> {
                        attachments++;
                        attachedOctets += decoded.transferTo(java.io.OutputStream.nullOutputStream());
                    }
                }
            }
        }

        private static Reader reader(InputStream decoded, BodyDescriptor kind) {
            Charset charset = StandardCharsets.ISO_8859_1;
            try {
                charset = kind.getCharset() == null ? charset : Charset.forName(kind.getCharset());
            } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
                LOG.debug("text of an unknown charset is counted octet by octet", e);
            }
            return new InputStreamReader(decoded, charset);
        }

        /** Letters and digits; of HTML, those outside tags. */
        private static long letters(Reader text, boolean tags) throws IOException {
            long letters = 0;
            boolean within = false;
            char[] some = new char[4096];
            for (int length = text.read(some); length >= 0; length = text.read(some)) {
                for (int i = 0; i < length; i++) {
                    char c = some[i];
                    if (tags && c == '<') {
                        within = true;
                    } else if (within) {
                        within = c != '>';
                    } else if (Character.isLetterOrDigit(c)) {
                        letters++;
                    }
                }
            }
            return letters;
        }
    }
}
