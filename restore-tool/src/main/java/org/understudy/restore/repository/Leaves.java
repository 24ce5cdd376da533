package org.understudy.restore.repository;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.MessageFacts;
import org.understudy.storage.keyspace.MessageFlags;

/** The byte strings over which the Merkle trees of a manifest are built; integers are big-endian. */
final class Leaves {
    private static final int CONTENT = 4 + Digest.LENGTH + 8 + 8;

    private Leaves() {}

    /** {@code uid:4 | digest:32 | size:8 | internalDate:8}; the date in milliseconds since 1970 UTC, signed. */
    static byte[] content(MessageFacts facts) {
        return put(ByteBuffer.allocate(CONTENT), facts).array();
    }

    /**
     * The content leaf and then {@code modSeq:8 | system:1 | keywords:2} and for each keyword, in ascending order of
     * its lower-case form, {@code length:2 | UTF-8 bytes}. The bits of {@code system} are those of {@link
     * org.understudy.storage.keyspace.Flags}.
     */
    static byte[] message(MessageFacts facts, MessageFlags flags) {
        List<byte[]> keywords = new ArrayList<>();
        int length = CONTENT + 11;
        for (String keyword : flags.flags().keywords()) {
            byte[] bytes = keyword.getBytes(StandardCharsets.UTF_8);
            keywords.add(bytes);
            length += 2 + bytes.length;
        }
        ByteBuffer out = put(ByteBuffer.allocate(length), facts)
                .putLong(flags.modSeq())
                .put((byte) flags.flags().system())
                .putShort((short) keywords.size());
        for (byte[] keyword : keywords) {
            out.putShort((short) keyword.length).put(keyword);
        }
        return out.array();
    }

    /**
     * {@code id:8 | uidValidity:4 | uidNext:8 | highestModSeq:8 | root:32} and then namespace and name, each as {@code
     * length:2 | UTF-8 bytes}.
     */
    static byte[] mailbox(Manifest.Mailbox mailbox) {
        byte[] namespace = mailbox.namespace().getBytes(StandardCharsets.UTF_8);
        byte[] name = mailbox.name().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(60 + 4 + namespace.length + name.length)
                .putLong(mailbox.id())
                .putInt((int) mailbox.uidValidity())
                .putLong(mailbox.uidNext())
                .putLong(mailbox.highestModSeq())
                .put(Digest.parse(mailbox.merkleRoot()).toBytes())
                .putShort((short) namespace.length)
                .put(namespace)
                .putShort((short) name.length)
                .put(name)
                .array();
    }

    private static ByteBuffer put(ByteBuffer out, MessageFacts facts) {
        return out.putInt((int) facts.uid())
                .put(facts.digest().toBytes())
                .putLong(facts.size())
                .putLong(facts.internalDate().toEpochMilli());
    }
}
