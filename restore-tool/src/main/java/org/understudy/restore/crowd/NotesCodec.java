package org.understudy.restore.crowd;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.understudy.restore.source.SourceMailbox;

/** The bytes of notes, as docs/crowd-notes.md states them; all numbers are big-endian. */
final class NotesCodec {
    /** {@code USNOTES} and the version. */
    static final byte[] MAGIC = {'U', 'S', 'N', 'O', 'T', 'E', 'S', 2};

    /** Octets of a frame before its payload: the payload's length and its CRC-32C. */
    static final int FRAME_HEAD = 8;

    /** Octets of a message's notes before its sectors. */
    static final int HEAD = 6 * 8 + 8 + 2 * 16 + 2 * 8 + 1 + 4;

    private static final int BODY_PROVEN = 1;

    private NotesCodec() {}

    /** What precedes the messages of a frame: {@code lastOrdinal:8}, user, mailbox, {@code count:4}. */
    static void frameStart(DataOutputStream out, long lastOrdinal, SourceMailbox mailbox, int count)
            throws IOException {
        out.writeLong(lastOrdinal);
        text(out, mailbox.user());
        text(out, mailbox.name());
        out.writeInt(count);
    }

    static void write(MessageNotes notes, DataOutputStream out) throws IOException {
        out.writeLong(notes.ordinal());
        out.writeLong(notes.size());
        out.writeLong(notes.bodyOffset());
        out.writeLong(notes.canonicalBody());
        out.writeLong(notes.canonicalSize());
        out.writeLong(notes.statedSize());
        out.writeLong(notes.statedCanonical());
        out.writeLong(notes.raw().first());
        out.writeLong(notes.raw().second());
        out.writeLong(notes.body().first());
        out.writeLong(notes.body().second());
        out.writeLong(notes.trace());
        out.writeLong(notes.messageId());
        out.writeByte(notes.bodyProven() ? BODY_PROVEN : 0);
        out.writeInt(notes.sectors().size());
        ByteBuffer numbers =
                ByteBuffer.allocate((notes.sectors().size() + notes.seams().size()) * Long.BYTES);
        LongBuffer longs = numbers.asLongBuffer();
        notes.sectors().write(longs);
        notes.seams().write(longs);
        out.write(numbers.array());
        text(out, notes.path());
        out.writeByte(notes.owners().size());
        for (String owner : notes.owners()) {
            text(out, owner);
        }
        out.writeByte(notes.weak().size());
        for (MessageNotes.Span span : notes.weak()) {
            out.writeLong(span.offset());
            out.writeLong(span.length());
        }
    }

    /** Reads one message's notes, and leaves the buffer behind them. */
    static MessageNotes read(ByteBuffer in) {
        long ordinal = in.getLong();
        long size = in.getLong();
        long bodyOffset = in.getLong();
        long canonicalBody = in.getLong();
        long canonicalSize = in.getLong();
        long statedSize = in.getLong();
        long statedCanonical = in.getLong();
        MessageNotes.Half raw = new MessageNotes.Half(in.getLong(), in.getLong());
        MessageNotes.Half body = new MessageNotes.Half(in.getLong(), in.getLong());
        long trace = in.getLong();
        long messageId = in.getLong();
        boolean proven = (in.get() & BODY_PROVEN) != 0;
        int count = in.getInt();
        LongBuffer longs = in.asLongBuffer();
        Numbers sectors = Numbers.read(longs, count);
        Numbers seams = Numbers.read(longs, count + 1);
        in.position(in.position() + (2 * count + 1) * Long.BYTES);
        String path = text(in);
        List<String> owners = new ArrayList<>();
        for (int left = in.get(); left > 0; left--) {
            owners.add(text(in));
        }
        List<MessageNotes.Span> weak = new ArrayList<>();
        for (int left = in.get(); left > 0; left--) {
            weak.add(new MessageNotes.Span(in.getLong(), in.getLong()));
        }
        return new MessageNotes(
                ordinal,
                path,
                size,
                bodyOffset,
                canonicalBody,
                canonicalSize,
                statedSize,
                statedCanonical,
                raw,
                body,
                trace,
                messageId,
                proven,
                sectors,
                seams,
                owners,
                weak);
    }

    static byte[] bytes(MessageNotes notes) {
        ByteArrayOutputStream bytes =
                new ByteArrayOutputStream(HEAD + notes.sectors().size() * 16 + 256);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            write(notes, out);
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    static SourceMailbox mailbox(ByteBuffer in) {
        return new SourceMailbox(text(in), text(in));
    }

    /** {@code length:2}, then UTF-8; what goes beyond 65,535 octets is cut. */
    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] kept = bytes.length > 0xFFFF ? Arrays.copyOf(bytes, 0xFFFF) : bytes;
        out.writeShort(kept.length);
        out.write(kept);
    }

    private static String text(ByteBuffer in) {
        byte[] bytes = new byte[in.getShort() & 0xFFFF];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
