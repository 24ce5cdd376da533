package org.understudy.storage.mime;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The form of one message, as {@link StructureReader} has read it. Arrays that it gives out must not be changed. */
public final class MessageStructure {
    private final @Nullable Instant sentDate;
    private final byte[] envelope;
    private final byte[] bodyStructure;
    private final byte[] references;
    private final Part root;

    /**
     * @param sentDate the Date field, or null where it is missing or cannot be read
     * @param envelope ENVELOPE with its parentheses
     * @param bodyStructure BODYSTRUCTURE with extension data
     * @param references the References field's octets, unfolded; empty if there is none
     * @param root the message itself
     */
    public MessageStructure(
            @Nullable Instant sentDate, byte[] envelope, byte[] bodyStructure, byte[] references, Part root) {
        this.sentDate = sentDate;
        this.envelope = envelope;
        this.bodyStructure = bodyStructure;
        this.references = references;
        this.root = root;
    }

    public @Nullable Instant sentDate() {
        return sentDate;
    }

    public byte[] envelope() {
        return envelope;
    }

    public byte[] bodyStructure() {
        return bodyStructure;
    }

    public byte[] references() {
        return references;
    }

    public Part root() {
        return root;
    }
}
