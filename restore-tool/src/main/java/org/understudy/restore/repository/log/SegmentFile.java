package org.understudy.restore.repository.log;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.zip.CRC32C;
import org.understudy.restore.repository.Json;
import org.understudy.restore.repository.backend.DamagedFileException;
import org.understudy.storage.keyspace.Digest;

/** The file of a segment: {@code magic:8 headLength:4 head signature:64 frame*}. */
final class SegmentFile {
    static final int FRAME_HEAD = 12;

    private static final byte[] MAGIC = "USTYLOG1".getBytes(StandardCharsets.US_ASCII);
    private static final int SIGNATURE = 64;
    private static final int MAX_HEAD = 64 << 20;
    private static final int MAX_FRAME = 1 << 30;
    private static final String SUFFIX = ".log";
    private static final int DIGITS = 12;

    private SegmentFile() {}

    /** Its bytes are other than a segment's. */
    static final class DamagedException extends Exception {
        private static final long serialVersionUID = 1;

        private final String expected;
        private final String found;

        DamagedException(String expected, String found) {
            super("expected " + expected + ", found " + found);
            this.expected = expected;
            this.found = found;
        }

        String expected() {
            return expected;
        }

        String found() {
            return found;
        }
    }

    /** A head as it lies there. The arrays are not to be changed. */
    static final class Signed {
        private final LogHead head;
        private final byte[] bytes;
        private final byte[] signature;

        Signed(LogHead head, byte[] bytes, byte[] signature) {
            this.head = head;
            this.bytes = bytes;
            this.signature = signature;
        }

        LogHead head() {
            return head;
        }

        byte[] bytes() {
            return bytes;
        }

        byte[] signature() {
            return signature;
        }

        String sha256() {
            return Digest.of(Digest.sha256().digest(bytes)).toString();
        }

        /** Where the frames begin in the file. */
        long framesAt() {
            return MAGIC.length + 4L + bytes.length + SIGNATURE;
        }

        /** Of the whole file. */
        long size() {
            return framesAt() + head.framesLength();
        }
    }

    /** For example {@code 000000000017.log}. */
    static String name(long number) {
        return String.format(Locale.ROOT, "%0" + DIGITS + "d%s", number, SUFFIX);
    }

    /** The number that a name gives, or empty if it is none of a segment. */
    static OptionalLong number(String name) {
        return name.matches("[0-9]{" + DIGITS + "}\\" + SUFFIX)
                ? OptionalLong.of(Long.parseLong(name, 0, DIGITS, 10))
                : OptionalLong.empty();
    }

    static byte[] encode(byte[] head, byte[] signature, byte[] frames) {
        return ByteBuffer.allocate(MAGIC.length + 4 + head.length + SIGNATURE + frames.length)
                .put(MAGIC)
                .putInt(head.length)
                .put(head)
                .put(signature)
                .put(frames)
                .array();
    }

    /** Reads the head without its frames. */
    static Signed head(LogFiles files, String name) throws IOException, DamagedException {
        try (DataInputStream in = new DataInputStream(files.open(name, 0))) {
            byte[] magic = in.readNBytes(MAGIC.length);
            if (!Arrays.equals(magic, MAGIC)) {
                throw new DamagedException("a file that begins with USTYLOG1", "another beginning");
            }
            int length = in.readInt();
            if (length < 2 || length > MAX_HEAD) {
                throw new DamagedException("a head of at most " + MAX_HEAD + " bytes", "one of " + length);
            }
            byte[] bytes = in.readNBytes(length);
            byte[] signature = in.readNBytes(SIGNATURE);
            if (bytes.length < length || signature.length < SIGNATURE) {
                throw new DamagedException("a head of " + length + " bytes and its signature", "the end of the file");
            }
            return new Signed(parse(bytes), bytes, signature);
        } catch (EOFException e) {
            throw new DamagedException("a segment", "the end of the file");
        } catch (DamagedFileException e) {
            throw new DamagedException("a segment as it was put", String.valueOf(e.getMessage()));
        }
    }

    private static LogHead parse(byte[] bytes) throws IOException, DamagedException {
        try {
            JsonNode node = Json.MAPPER.readTree(bytes);
            String format = node.path("format").asText();
            int version = node.path("version").asInt();
            if (!format.equals(LogHead.FORMAT) || version != LogHead.VERSION) {
                throw new DamagedException(
                        "format " + LogHead.FORMAT + " version " + LogHead.VERSION, "'" + format + "' " + version);
            }
            return Json.MAPPER.treeToValue(node, LogHead.class);
        } catch (JacksonException e) {
            throw new DamagedException("JSON with the fields of a segment", e.getOriginalMessage());
        }
    }

    /** Takes the items of a segment until it answers false. */
    interface Sink {
        boolean entry(LogEntry entry) throws IOException, InterruptedException;
    }

    /**
     * Reads a segment's items from the frame on that has the row behind {@code after}, each frame compared with its SHA-256 in
     * the head before it is given.
     *
     * @return whether the sink took all of them
     * @throws FrameException at the first frame that is not as the head says
     */
    static boolean read(LogFiles files, String name, Signed signed, long after, Sink sink)
            throws IOException, FrameException, InterruptedException {
        List<LogHead.Frame> frames = signed.head().frames();
        int first = 0;
        long offset = signed.framesAt();
        // What belongs to an effect may begin in the frame before it, so the next frame's beginning decides.
        while (first + 1 < frames.size() && frames.get(first + 1).firstSequence() <= after) {
            offset += frames.get(first++).length();
        }
        try (InputStream in = open(files, name, offset, first)) {
            for (int i = first; i < frames.size(); i++) {
                List<LogEntry> entries;
                try {
                    entries = frame(in, frames.get(i));
                } catch (DamagedException e) {
                    throw new FrameException(i, e);
                } catch (DamagedFileException e) {
                    throw new FrameException(
                            i, new DamagedException("a frame as it was put", String.valueOf(e.getMessage())));
                }
                for (LogEntry entry : entries) {
                    if (!sink.entry(entry)) {
                        return false;
                    }
                }
            }
            return true;
        }
    }

    /** A place that seals its files may tell at once that there is nothing to be read. */
    private static InputStream open(LogFiles files, String name, long offset, int frame)
            throws IOException, FrameException {
        try {
            return files.open(name, offset);
        } catch (DamagedFileException e) {
            throw new FrameException(
                    frame, new DamagedException("a frame as it was put", String.valueOf(e.getMessage())));
        }
    }

    /** A frame is damaged; those before it were given. */
    static final class FrameException extends Exception {
        private static final long serialVersionUID = 1;

        private final int frame;
        private final transient DamagedException damage;

        FrameException(int frame, DamagedException damage) {
            super(damage);
            this.frame = frame;
            this.damage = damage;
        }

        int frame() {
            return frame;
        }

        DamagedException damage() {
            return damage;
        }
    }

    private static List<LogEntry> frame(InputStream in, LogHead.Frame frame) throws IOException, DamagedException {
        if (frame.length() < FRAME_HEAD || frame.length() > MAX_FRAME) {
            throw new DamagedException("a frame of at most " + MAX_FRAME + " bytes", "one of " + frame.length());
        }
        byte[] bytes = in.readNBytes((int) frame.length());
        if (bytes.length < frame.length()) {
            throw new DamagedException(frame.length() + " bytes", bytes.length + " and the end of the file");
        }
        String sha256 = Digest.of(Digest.sha256().digest(bytes)).toString();
        if (!sha256.equals(frame.sha256())) {
            throw new DamagedException("SHA-256 " + frame.sha256(), sha256 + crc(bytes));
        }
        ByteBuffer head = ByteBuffer.wrap(bytes);
        int stored = head.getInt();
        int raw = head.getInt();
        if (stored != bytes.length - FRAME_HEAD || raw < 0 || raw > MAX_FRAME) {
            throw new DamagedException("a frame's lengths", stored + " and " + raw);
        }
        try {
            return EntryCodec.read(Zstd.decompress(Arrays.copyOfRange(bytes, FRAME_HEAD, bytes.length), raw));
        } catch (ZstdException | IOException e) {
            throw new DamagedException("compressed items", String.valueOf(e.getMessage()));
        }
    }

    /** Says whether the bytes are at least whole in themselves, which tells a flipped bit from another file. */
    private static String crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, FRAME_HEAD, bytes.length - FRAME_HEAD);
        return ByteBuffer.wrap(bytes).getInt(8) == (int) crc.getValue()
                ? " of another frame, whole in itself"
                : ", and its checksum is wrong too";
    }
}
