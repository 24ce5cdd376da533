package org.understudy.server.mailbox;

import java.io.IOException;
import java.util.Date;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import javax.mail.Flags;
import org.apache.james.mailbox.MessageUid;
import org.apache.james.mailbox.ModSeq;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.Content;
import org.apache.james.mailbox.model.FetchGroup;
import org.apache.james.mailbox.model.Header;
import org.apache.james.mailbox.model.Headers;
import org.apache.james.mailbox.model.MailboxId;
import org.apache.james.mailbox.model.MessageAttachmentMetadata;
import org.apache.james.mailbox.model.MessageId;
import org.apache.james.mailbox.model.MessageMetaData;
import org.apache.james.mailbox.model.MessageResult;
import org.apache.james.mailbox.model.MimeDescriptor;
import org.apache.james.mailbox.model.MimePath;
import org.apache.james.mailbox.model.ThreadId;
import org.apache.james.mailbox.store.ResultUtils;
import org.apache.james.mailbox.store.mail.model.MailboxMessage;
import org.jspecify.annotations.Nullable;

/**
 * A message as FETCH wants it, whose MIME parts are looked up when asked for, each time anew. James's own result holds
 * the parts that its fetch group names, and a fetch group keeps only the first section of a part:
 * {@code FETCH 1 (BODY[2.MIME] BODY[2])} then answers with an empty {@code BODY[2]}.
 */
final class PartsOnDemand implements MessageResult {
    private final MailboxMessage message;
    private final MessageResult whole;
    private @Nullable MimePath headerless;

    private PartsOnDemand(MailboxMessage message, MessageResult whole) {
        this.message = message;
        this.whole = whole;
    }

    /** @param group what of the whole message is wanted; which parts it names does not matter */
    static MessageResult of(MailboxMessage message, FetchGroup group) throws MailboxException {
        return new PartsOnDemand(
                message, ResultUtils.loadMessageResult(message, FetchGroup.MINIMAL.with(group.profiles())));
    }

    private MessageResult part(MimePath path, FetchGroup.Profile profile) throws MailboxException {
        return ResultUtils.loadMessageResult(message, FetchGroup.MINIMAL.addPartContent(path, profile));
    }

    @Override
    public Iterator<Header> iterateHeaders(MimePath path) throws MailboxException {
        Iterator<Header> headers = part(path, FetchGroup.Profile.HEADERS).iterateHeaders(path);
        headerless = headers.hasNext() ? null : path;
        return headers;
    }

    @Override
    public Iterator<Header> iterateMimeHeaders(MimePath path) throws MailboxException {
        return part(path, FetchGroup.Profile.MIME_HEADERS).iterateMimeHeaders(path);
    }

    @Override
    public Content getFullContent(MimePath path) throws MailboxException {
        return part(path, FetchGroup.Profile.FULL_CONTENT).getFullContent(path);
    }

    @Override
    public Content getBody(MimePath path) throws MailboxException {
        return part(path, FetchGroup.Profile.BODY_CONTENT).getBody(path);
    }

    /**
     * The part's content. Right after a part's header turned out empty, James looks here whether there is anything for it
     * to be divided from: a part that is no message has no header (RFC 9051 section 6.4.5.1), and so nothing to divide.
     */
    @Override
    public @Nullable Content getMimeBody(MimePath path) throws MailboxException {
        if (path.equals(headerless)) {
            headerless = null;
            return null;
        }
        return part(path, FetchGroup.Profile.MIME_CONTENT).getMimeBody(path);
    }

    @Override
    public MessageId getMessageId() {
        return whole.getMessageId();
    }

    @Override
    public ThreadId getThreadId() {
        return whole.getThreadId();
    }

    @Override
    public Optional<Date> getSaveDate() {
        return whole.getSaveDate();
    }

    @Override
    public Date getInternalDate() {
        return whole.getInternalDate();
    }

    @Override
    public Flags getFlags() {
        return whole.getFlags();
    }

    @Override
    public long getSize() {
        return whole.getSize();
    }

    @Override
    public MessageMetaData messageMetaData() {
        return whole.messageMetaData();
    }

    @Override
    public MessageUid getUid() {
        return whole.getUid();
    }

    @Override
    public ModSeq getModSeq() {
        return whole.getModSeq();
    }

    @Override
    public MimeDescriptor getMimeDescriptor() throws MailboxException {
        return whole.getMimeDescriptor();
    }

    @Override
    public MailboxId getMailboxId() {
        return whole.getMailboxId();
    }

    @Override
    public Content getFullContent() throws MailboxException, IOException {
        return whole.getFullContent();
    }

    @Override
    public Content getBody() throws MailboxException, IOException {
        return whole.getBody();
    }

    @Override
    public Headers getHeaders() throws MailboxException {
        return whole.getHeaders();
    }

    @Override
    public List<MessageAttachmentMetadata> getLoadedAttachments() throws MailboxException {
        return whole.getLoadedAttachments();
    }

    @Override
    public int compareTo(MessageResult other) {
        return whole.compareTo(other);
    }
}
