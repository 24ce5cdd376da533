package org.understudy.storage.keyspace;

import java.util.List;

/**
 * The MIME facts of one message, read once when it is appended.
 *
 * @param mediaType top-level type in lower case, {@code text} by default
 * @param subType subtype in lower case, {@code plain} by default
 * @param textLines lines of the body where the top-level type is text or message, else -1
 * @param rfc822MessageId the Message-ID header's value with its angle brackets, or empty
 * @param properties further properties of the top-level entity, in order
 * @param attachments the attachments that are stored on their own, in order
 */
public record MimeSummary(
        String mediaType,
        String subType,
        long textLines,
        String rfc822MessageId,
        List<Property> properties,
        List<Attachment> attachments) {
    /** Names a top-level entity's property, for example the charset parameter of its Content-Type. */
    public record Property(String namespace, String name, String value) {}

    /**
     * @param id key in the attachment column family
     * @param name file name, or empty
     * @param contentId Content-ID without angle brackets, or empty
     */
    public record Attachment(String id, String name, String contentId, boolean inline) {}

    public MimeSummary {
        properties = List.copyOf(properties);
        attachments = List.copyOf(attachments);
    }
}
