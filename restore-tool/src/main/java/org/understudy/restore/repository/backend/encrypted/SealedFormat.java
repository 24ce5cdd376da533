package org.understudy.restore.repository.backend.encrypted;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;

/**
 * The bytes of a sealed file (docs/repository-format.md#sealed-files):
 *
 * <pre>
 * header  "USEF" | version:1 = 1 | 3 zero bytes | salt:32
 * chunk   nonce:12 | sealed text | tag:16          text of 65,536 bytes, of the last chunk 0 to 65,536
 * </pre>
 *
 * One of a file's keys seals chunks; what is bound to each is the header, its number from 0 in 8 bytes, and one byte that is
 * 1 for the last. The nonce is the beginning of the HMAC, with the file's other key, of number, last byte and text.
 */
final class SealedFormat {
    static final int HEADER = 40;
    static final int TEXT = 1 << 16;
    static final int OVERHEAD = Primitives.NONCE + Primitives.TAG;
    static final int CHUNK = TEXT + OVERHEAD;
    private static final byte[] MAGIC = "USEF".getBytes(StandardCharsets.US_ASCII);
    private static final byte VERSION = 1;

    private final byte[] header;
    private final byte[] chunkKey;
    private final byte[] nonceKey;

    private SealedFormat(byte[] header, byte[] keys) {
        this.header = header;
        this.chunkKey = Arrays.copyOf(keys, Primitives.KEY);
        this.nonceKey = Arrays.copyOfRange(keys, Primitives.KEY, 2 * Primitives.KEY);
    }

    static SealedFormat write(DataKey key, String name, byte[] salt) {
        byte[] header = ByteBuffer.allocate(HEADER)
                .put(MAGIC)
                .put(VERSION)
                .put(new byte[3])
                .put(salt)
                .array();
        return new SealedFormat(header, key.fileKeys(name, salt));
    }

    /** What is wrong with a header, or empty. */
    static String fault(byte[] header, int length) {
        if (length < HEADER) {
            return "it has " + length + " bytes, and its header alone has " + HEADER;
        }
        if (!Arrays.equals(MAGIC, 0, MAGIC.length, header, 0, MAGIC.length)) {
            return "it does not begin as a sealed file does";
        }
        if (header[4] != VERSION) {
            return "it is of version " + header[4] + ", and this program reads version " + VERSION;
        }
        return "";
    }

    static SealedFormat read(DataKey key, String name, byte[] header) {
        return new SealedFormat(header.clone(), key.fileKeys(name, Arrays.copyOfRange(header, 8, HEADER)));
    }

    byte[] header() {
        return header.clone();
    }

    byte[] seal(long number, boolean last, byte[] text, int length) {
        byte[] place = place(number, last);
        byte[] exact = length == text.length ? text : Arrays.copyOf(text, length);
        byte[] nonce = Arrays.copyOf(Primitives.hmac(nonceKey, place, exact), Primitives.NONCE);
        byte[] sealed = Primitives.seal(chunkKey, nonce, bound(place), exact, length);
        byte[] chunk = Arrays.copyOf(nonce, nonce.length + sealed.length);
        System.arraycopy(sealed, 0, chunk, nonce.length, sealed.length);
        return chunk;
    }

    /** @throws AEADBadTagException if the chunk is not the one that was sealed for that place */
    byte[] open(long number, boolean last, byte[] chunk, int length) throws AEADBadTagException {
        if (length < OVERHEAD) {
            throw new AEADBadTagException("a chunk of " + length + " bytes");
        }
        return Primitives.open(
                chunkKey,
                Arrays.copyOf(chunk, Primitives.NONCE),
                bound(place(number, last)),
                chunk,
                Primitives.NONCE,
                length - Primitives.NONCE);
    }

    private static byte[] place(long number, boolean last) {
        return ByteBuffer.allocate(9).putLong(number).put((byte) (last ? 1 : 0)).array();
    }

    private byte[] bound(byte[] place) {
        return ByteBuffer.allocate(HEADER + place.length).put(header).put(place).array();
    }

    /** Size of a sealed file by the size of its text. */
    static long sealedSize(long text) {
        long chunks = Math.max(1, (text + TEXT - 1) / TEXT);
        return HEADER + text + chunks * OVERHEAD;
    }

    /** Size of the text by the size of the sealed file; of one that was cut, about what is left. */
    static long textSize(long sealed) {
        long body = sealed - HEADER;
        if (body < OVERHEAD) {
            return 0;
        }
        long chunks = (body + CHUNK - 1) / CHUNK;
        return Math.max(0, body - chunks * OVERHEAD);
    }
}
