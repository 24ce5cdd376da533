package org.understudy.storage.guard;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * The envelope of files beside the database: {@code magic:8 | version:4 | length:4 | body:length | crc32c:4}, big-endian,
 * the checksum over all octets before it. Later versions keep this shape, so that an older program can tell a newer
 * file from a damaged one.
 */
public sealed interface Frame {
    int OVERHEAD = 20;

    int HEAD = 16;

    /** The octets are as they were written. */
    record Sound(int version, ByteBuffer body) implements Frame {}

    /** They are not; {@code why} completes the sentence "the file ...". */
    record Unsound(String why) implements Frame {}

    static byte[] encode(String magic, int version, byte[] body) {
        ByteBuffer out = ByteBuffer.allocate(OVERHEAD + body.length);
        out.put(magic.getBytes(StandardCharsets.US_ASCII))
                .putInt(version)
                .putInt(body.length)
                .put(body);
        out.putInt(checksum(out.array(), out.position()));
        return out.array();
    }

    /** @param bytes may go on after the frame, as after a shorter record was written over a longer one */
    static Frame decode(String magic, byte[] bytes) {
        if (bytes.length < OVERHEAD) {
            return new Unsound("holds " + bytes.length + " octets, fewer than the least possible " + OVERHEAD);
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        byte[] found = new byte[8];
        in.get(found);
        if (!new String(found, StandardCharsets.ISO_8859_1).equals(magic)) {
            return new Unsound("does not begin with " + magic);
        }
        int version = in.getInt();
        int length = in.getInt();
        if (length < 0 || length > bytes.length - OVERHEAD) {
            return new Unsound("holds " + bytes.length + " octets, but says of itself that it has "
                    + (Integer.toUnsignedLong(length) + OVERHEAD));
        }
        int expected = in.getInt(HEAD + length);
        int actual = checksum(bytes, HEAD + length);
        if (expected != actual) {
            return new Unsound(
                    "has the checksum " + Integer.toHexString(actual) + " instead of " + Integer.toHexString(expected));
        }
        return new Sound(version, in.slice(HEAD, length));
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
