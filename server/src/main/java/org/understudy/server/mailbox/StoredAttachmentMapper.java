package org.understudy.server.mailbox;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Enumeration;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.james.mailbox.exception.AttachmentNotFoundException;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.AttachmentId;
import org.apache.james.mailbox.model.AttachmentMetadata;
import org.apache.james.mailbox.model.MessageAttachmentMetadata;
import org.apache.james.mailbox.model.MessageId;
import org.apache.james.mailbox.model.ParsedAttachment;
import org.apache.james.mailbox.store.mail.AttachmentMapper;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.MailStore;
import org.understudy.storage.Rows;
import org.understudy.storage.keyspace.Author;
import reactor.core.publisher.Mono;

/**
 * Attachments stored on their own. Owner of the rows is the attachment id. Rows {@code content.00000000}, {@code
 * content.00000001}... hold the content in pieces of 1 MiB; row {@code description}, written last, holds three lines:
 * decimal message id, decimal size in octets, media type.
 */
final class StoredAttachmentMapper implements AttachmentMapper {
    private static final String DESCRIPTION = "description";
    private static final int PIECE = 1024 * 1024;

    private final MailStore store;
    private final Author author;

    StoredAttachmentMapper(MailStore store, Author author) {
        this.store = store;
        this.author = author;
    }

    /** The description of an attachment, or null if it is not stored. */
    static @Nullable AttachmentMetadata describe(MailStore store, AttachmentId id) {
        Optional<byte[]> row = store.attachments().get(id.getId(), DESCRIPTION);
        if (row.isEmpty()) {
            return null;
        }
        List<String> lines =
                new String(row.get(), StandardCharsets.UTF_8).lines().toList();
        return AttachmentMetadata.builder()
                .attachmentId(id)
                .messageId(
                        new JamesMessageId(new org.understudy.storage.keyspace.MessageId(Long.parseLong(lines.get(0)))))
                .size(Long.parseLong(lines.get(1)))
                .type(lines.get(2))
                .build();
    }

    @Override
    public AttachmentMetadata getAttachment(AttachmentId id) throws AttachmentNotFoundException {
        AttachmentMetadata description = describe(store, given(id));
        if (description == null) {
            throw new AttachmentNotFoundException(id.getId());
        }
        return description;
    }

    @Override
    public Mono<AttachmentMetadata> getAttachmentReactive(AttachmentId id) {
        return Mono.fromCallable(() -> getAttachment(id));
    }

    @Override
    public List<AttachmentMetadata> getAttachments(Collection<AttachmentId> ids) {
        List<AttachmentMetadata> result = new ArrayList<>();
        for (AttachmentId id : given(ids)) {
            AttachmentMetadata description = describe(store, id);
            if (description != null) {
                result.add(description);
            }
        }
        return result;
    }

    /** A stream that holds one piece at a time. */
    @Override
    public InputStream loadAttachmentContent(AttachmentId id) throws AttachmentNotFoundException {
        long size = getAttachment(id).getSize();
        Rows rows = store.attachments();
        return new SequenceInputStream(new Enumeration<>() {
            private int next;

            @Override
            public boolean hasMoreElements() {
                return (long) next * PIECE < size;
            }

            @Override
            public InputStream nextElement() {
                String key = piece(next++);
                return new ByteArrayInputStream(rows.get(id.getId(), key)
                        .orElseThrow(() -> new IllegalStateException(
                                "attachment " + id.getId() + " lacks its row " + key + " though it is described")));
            }
        });
    }

    @Override
    public Mono<InputStream> loadAttachmentContentReactive(AttachmentId id) {
        return Mono.fromCallable(() -> loadAttachmentContent(id));
    }

    @Override
    public List<MessageAttachmentMetadata> storeAttachments(Collection<ParsedAttachment> parsed, MessageId owner)
            throws MailboxException {
        List<MessageAttachmentMetadata> result = new ArrayList<>();
        for (Iterator<ParsedAttachment> each = parsed.iterator(); each.hasNext(); ) {
            ParsedAttachment attachment = each.next();
            AttachmentId id = AttachmentId.random();
            try {
                long size = storeContent(id, attachment);
                String description = owner.serialize() + "\n" + size + "\n"
                        + attachment.getContentType().asString() + "\n";
                write(id, DESCRIPTION, description.getBytes(StandardCharsets.UTF_8));
                result.add(attachment.asMessageAttachment(id, size, owner));
            } catch (IOException e) {
                throw new MailboxException("the content of an attachment cannot be read: " + e.getMessage(), e);
            }
        }
        return result;
    }

    @Override
    public Mono<List<MessageAttachmentMetadata>> storeAttachmentsReactive(
            Collection<ParsedAttachment> parsed, MessageId owner) {
        return Mono.fromCallable(() -> storeAttachments(parsed, owner));
    }

    @Override
    public Collection<MessageId> getRelatedMessageIds(AttachmentId id) {
        AttachmentMetadata description = describe(store, id);
        return description == null ? List.of() : List.of(description.getMessageId());
    }

    private long storeContent(AttachmentId id, ParsedAttachment attachment) throws IOException {
        try (InputStream in = attachment.getContent().openStream()) {
            long size = 0;
            for (int i = 0; ; i++) {
                byte[] piece = in.readNBytes(PIECE);
                if (piece.length == 0) {
                    return size;
                }
                write(id, piece(i), piece);
                size += piece.length;
            }
        }
    }

    private void write(AttachmentId id, String key, byte[] value) {
        store.attachments().write(id.getId(), Map.of(key, value), author);
    }

    private static String piece(int index) {
        return String.format(Locale.ROOT, "content.%08d", index);
    }

    private static <T> T given(@Nullable T argument) {
        if (argument == null) {
            throw new IllegalArgumentException("an attachment id is needed");
        }
        return argument;
    }
}
