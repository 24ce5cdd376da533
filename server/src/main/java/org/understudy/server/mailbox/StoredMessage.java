package org.understudy.server.mailbox;

import com.google.common.collect.ImmutableList;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.apache.james.mailbox.MessageUid;
import org.apache.james.mailbox.ModSeq;
import org.apache.james.mailbox.model.AttachmentId;
import org.apache.james.mailbox.model.AttachmentMetadata;
import org.apache.james.mailbox.model.Cid;
import org.apache.james.mailbox.model.Content;
import org.apache.james.mailbox.model.Mailbox;
import org.apache.james.mailbox.model.MessageAttachmentMetadata;
import org.apache.james.mailbox.store.mail.MessageMapper.FetchType;
import org.apache.james.mailbox.store.mail.model.MailboxMessage;
import org.apache.james.mailbox.store.mail.model.Property;
import org.apache.james.mailbox.store.mail.model.StandardNames;
import org.apache.james.mailbox.store.mail.model.impl.Properties;
import org.apache.james.mailbox.store.mail.model.impl.SimpleMailboxMessage;
import org.apache.james.util.ReactorUtils;
import org.reactivestreams.Publisher;
import org.understudy.storage.Bodies;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MessageFacts;
import org.understudy.storage.keyspace.MessageFlags;
import org.understudy.storage.keyspace.MimeSummary;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A message of the store as James sees it: facts, flags, and the content read when it is asked for, the header block
 * alone where only that is wanted.
 */
final class StoredMessage extends SimpleMailboxMessage {
    /** Bodies up to this many octets are given out as one piece, larger ones as a stream of such pieces. */
    private static final int PIECE = 64 * 1024;

    private final MailStore store;
    private final MessageFacts facts;
    private final Flags asRead;
    private final FetchType type;

    StoredMessage(MailStore store, MessageFacts facts, MessageFlags flags, FetchType type) {
        this(store, facts, flags, type, facts.mailbox());
    }

    private StoredMessage(MailStore store, MessageFacts facts, MessageFlags flags, FetchType type, MailboxId mailbox) {
        super(
                new JamesMessageId(facts.messageId()),
                JamesMessageId.thread(facts.threadId()),
                Date.from(facts.internalDate()),
                facts.size(),
                facts.headerSize(),
                new Body(store.bodies(), facts),
                JamesFlags.toJames(flags.flags()),
                properties(facts.mime()),
                new JamesMailboxId(mailbox),
                List.of(),
                JamesModel.date(facts.savedAt()));
        this.store = store;
        this.facts = facts;
        this.asRead = flags.flags();
        this.type = type;
        setUid(MessageUid.of(flags.uid()));
        setModSeq(ModSeq.of(flags.modSeq()));
    }

    MessageFacts facts() {
        return facts;
    }

    /** Whether flags and mailbox still are those of the store's row, so that the row itself can be copied or moved. */
    boolean isAsStored() {
        return JamesMailboxId.unwrap(getMailboxId()).equals(facts.mailbox())
                && JamesFlags.toStore(createFlags()).equals(asRead);
    }

    /** The same message and content as a candidate for another mailbox. */
    @Override
    public MailboxMessage copy(Mailbox mailbox) {
        StoredMessage copy = new StoredMessage(
                store,
                facts,
                new MessageFlags(getUid().asLong(), getModSeq().asLong(), JamesFlags.toStore(createFlags())),
                type,
                JamesMailboxId.unwrap(mailbox.getMailboxId()));
        getSaveDate().ifPresent(copy::setSaveDate);
        return copy;
    }

    @Override
    public InputStream getHeaderContent() {
        return new ByteArrayInputStream(header());
    }

    @Override
    public InputStream getBodyContent() throws IOException {
        InputStream stream = getFullContent();
        stream.skipNBytes(facts.headerSize());
        return stream;
    }

    @Override
    public InputStream getFullContent() {
        return store.bodies().open(facts.body());
    }

    @Override
    public Publisher<ByteBuffer> getHeaderContentReactive() {
        return Mono.fromCallable(() -> ByteBuffer.wrap(header()));
    }

    @Override
    public Publisher<ByteBuffer> getBodyContentReactive() {
        return Flux.defer(() -> {
            try {
                return ReactorUtils.toChunks(getBodyContent(), PIECE);
            } catch (IOException e) {
                return Flux.error(e);
            }
        });
    }

    @Override
    public Publisher<ByteBuffer> getFullContentReactive() {
        return Body.pieces(store.bodies(), facts);
    }

    /** Descriptions of the attachments that are stored on their own, if they were asked for; reads one row each. */
    @Override
    public List<MessageAttachmentMetadata> getAttachments() {
        if (type.compareTo(FetchType.ATTACHMENTS_METADATA) < 0) {
            return List.of();
        }
        List<MessageAttachmentMetadata> result = new ArrayList<>();
        for (MimeSummary.Attachment attachment : facts.mime().attachments()) {
            AttachmentMetadata description = StoredAttachmentMapper.describe(store, AttachmentId.from(attachment.id()));
            if (description != null) {
                result.add(new MessageAttachmentMetadata(
                        description,
                        Optional.of(attachment.name()).filter(name -> !name.isEmpty()),
                        Optional.of(attachment.contentId())
                                .filter(cid -> !cid.isEmpty())
                                .map(Cid::from),
                        attachment.inline()));
            }
        }
        return ImmutableList.copyOf(result);
    }

    /** Two are equal if they are the same UID, as James's own messages are. */
    @Override
    public boolean equals(Object other) {
        return super.equals(other);
    }

    @Override
    public int hashCode() {
        return super.hashCode();
    }

    private byte[] header() {
        return store.bodies().read(facts.body(), 0, facts.headerSize());
    }

    private static Properties properties(MimeSummary mime) {
        List<Property> list = new ArrayList<>();
        if (!mime.mediaType().isEmpty()) {
            list.add(new Property(
                    StandardNames.MIME_MIME_TYPE_SPACE, StandardNames.MIME_MEDIA_TYPE_NAME, mime.mediaType()));
        }
        if (!mime.subType().isEmpty()) {
            list.add(
                    new Property(StandardNames.MIME_MIME_TYPE_SPACE, StandardNames.MIME_SUB_TYPE_NAME, mime.subType()));
        }
        for (MimeSummary.Property property : mime.properties()) {
            list.add(new Property(property.namespace(), property.name(), property.value()));
        }
        return new Properties(list, mime.textLines() < 0 ? null : Long.valueOf(mime.textLines()));
    }

    private record Body(Bodies bodies, MessageFacts facts) implements Content {
        @Override
        public InputStream getInputStream() {
            return bodies.open(facts.body());
        }

        @Override
        public long size() {
            return facts.size();
        }

        @Override
        public Publisher<ByteBuffer> reactiveBytes() {
            return pieces(bodies, facts);
        }

        static Publisher<ByteBuffer> pieces(Bodies bodies, MessageFacts facts) {
            if (facts.size() <= PIECE) {
                return Mono.fromCallable(() -> ByteBuffer.wrap(bodies.read(facts.body())));
            }
            return Flux.defer(() -> ReactorUtils.toChunks(bodies.open(facts.body()), PIECE));
        }
    }
}
