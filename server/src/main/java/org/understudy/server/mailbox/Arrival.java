package org.understudy.server.mailbox;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.james.mailbox.model.MessageAttachmentMetadata;
import org.apache.james.mailbox.store.mail.model.MailboxMessage;
import org.apache.james.mailbox.store.mail.model.Property;
import org.apache.james.mailbox.store.mail.model.StandardNames;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.message.MessageReader;
import org.understudy.restore.message.MessageReading;
import org.understudy.storage.Content;
import org.understudy.storage.NewMessage;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MimeSummary;

/** Makes the store's new messages of what sessions deliver. */
final class Arrival {
    private Arrival() {}

    /**
     * Reads the content once; it is stored byte for byte as it came.
     *
     * @throws IOException if the content cannot be read to its end
     */
    static NewMessage read(Content content, Instant internalDate, Flags flags) throws IOException {
        MessageReading reading = MessageReader.read(content);
        return new NewMessage(
                0,
                null,
                null,
                new NewMessage.Body.Bytes(content, reading.rawDigest()),
                reading.rawSize(),
                headerSize(content, reading),
                reading.digest(),
                reading.mime(),
                internalDate,
                null,
                flags,
                reading.digest().equals(reading.rawDigest()) ? reading.structure() : null);
    }

    /**
     * A message that James has parsed already, or one of the store as {@link StoredMessage}, whose body is then shared.
     *
     * @param uid UID that it must get, or 0
     * @throws IOException if the content cannot be read to its end
     */
    static NewMessage of(MailboxMessage message, long uid, Flags flags) throws IOException {
        if (message instanceof StoredMessage stored) {
            return shared(stored, uid, flags);
        }
        Content content = new Content() {
            @Override
            public long size() {
                return message.getFullContentOctets();
            }

            @Override
            public InputStream open() throws IOException {
                return message.getFullContent();
            }
        };
        MessageReading reading = MessageReader.read(content);
        return new NewMessage(
                uid,
                JamesMessageId.unwrap(message.getMessageId()),
                JamesMessageId.unwrap(message.getThreadId().getBaseMessageId()),
                new NewMessage.Body.Bytes(content, reading.rawDigest()),
                reading.rawSize(),
                Math.toIntExact(message.getFullContentOctets() - message.getBodyOctets()),
                reading.digest(),
                summary(message, reading.mime().rfc822MessageId()),
                message.getInternalDate().toInstant(),
                null,
                flags);
    }

    private static NewMessage shared(StoredMessage message, long uid, Flags flags) {
        return new NewMessage(
                uid,
                message.facts().messageId(),
                message.facts().threadId(),
                new NewMessage.Body.Stored(message.facts().body()),
                message.facts().size(),
                message.facts().headerSize(),
                message.facts().digest(),
                message.facts().mime(),
                message.facts().internalDate(),
                null,
                flags);
    }

    private static MimeSummary summary(MailboxMessage message, String rfc822MessageId) {
        List<MimeSummary.Property> properties = new ArrayList<>();
        for (Property property : message.getProperties().toProperties()) {
            if (!property.isInSpace(StandardNames.MIME_MIME_TYPE_SPACE)) {
                properties.add(new MimeSummary.Property(
                        property.getNamespace(), property.getLocalName(), property.getValue()));
            }
        }
        List<MimeSummary.Attachment> attachments = new ArrayList<>();
        for (MessageAttachmentMetadata attachment : message.getAttachments()) {
            attachments.add(new MimeSummary.Attachment(
                    attachment.getAttachmentId().getId(),
                    attachment.getName().orElse(""),
                    attachment.getCid().map(cid -> cid.getValue()).orElse(""),
                    attachment.isInline()));
        }
        Long lines = message.getTextualLineCount();
        return new MimeSummary(
                text(message.getMediaType()),
                text(message.getSubType()),
                lines == null ? -1 : lines,
                rfc822MessageId,
                properties,
                attachments);
    }

    private static String text(@Nullable String value) {
        return Optional.ofNullable(value).orElse("");
    }

    /** Octets of the header block as it came; {@link MessageReading} counts line ends as CRLF. */
    private static int headerSize(Content content, MessageReading reading) throws IOException {
        if (reading.digest().equals(reading.rawDigest())) {
            return reading.headerSize();
        }
        try (InputStream in = new BufferedInputStream(content.open())) {
            int size = 0;
            int lineLength = 0;
            for (int octet = in.read(); octet >= 0; octet = in.read()) {
                size++;
                if (octet == '\n') {
                    if (lineLength == 0) {
                        return size;
                    }
                    lineLength = 0;
                } else if (octet != '\r') {
                    lineLength++;
                }
            }
            return size;
        }
    }
}
