package org.understudy.restore.crowd;

import java.util.List;

/**
 * What is noted of one message so that it can be compared with others.
 *
 * @param ordinal of the item in the source
 * @param path of the item in the source
 * @param size octets as they lie in the source
 * @param bodyOffset of those, where the body begins
 * @param canonicalBody octets of the body with CRLF line ends
 * @param statedSize what the file's name says of {@code size} ({@code S=}), or -1
 * @param statedCanonical what it says of the size with CRLF line ends ({@code W=}), or -1
 * @param canonicalSize octets with CRLF line ends
 * @param raw the first 16 octets of the SHA-256 of the octets as they lie in the source
 * @param body the same of the body with CRLF line ends
 * @param trace 64-bit digest of the fields that delivery adds; 0 where there are none
 * @param messageId 64-bit digest of the Message-ID, or 0
 * @param bodyProven whether a signature proves the body
 * @param sectors 64-bit digests of the full sectors, 0 for mere patterns
 * @param seams one more than sectors
 * @param owners addresses that delivery wrote down for the recipient, lower case
 * @param weak places of doubts and contradictions within the octets, at most 8
 */
public record MessageNotes(
        long ordinal,
        String path,
        long size,
        long bodyOffset,
        long canonicalBody,
        long canonicalSize,
        long statedSize,
        long statedCanonical,
        Half raw,
        Half body,
        long trace,
        long messageId,
        boolean bodyProven,
        long[] sectors,
        long[] seams,
        List<String> owners,
        List<Span> weak) {
    /** 128 bits of a digest. */
    public record Half(long first, long second) {}

    /** Octets from {@code offset} on. */
    public record Span(long offset, long length) {
        boolean near(long from, long to, long margin) {
            return offset < to + margin && offset + length > from - margin;
        }
    }

    public MessageNotes {
        owners = List.copyOf(owners);
        weak = List.copyOf(weak);
        if (seams.length != sectors.length + 1) {
            throw new IllegalArgumentException(
                    seams.length + " seams for " + sectors.length + " sectors of item " + ordinal);
        }
    }
}
