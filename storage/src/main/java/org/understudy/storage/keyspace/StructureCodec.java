package org.understudy.storage.keyspace;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.understudy.storage.mime.MessageStructure;
import org.understudy.storage.mime.Part;

/**
 * Byte form of a message's structure. What is sent as it lies stands in front with its lengths, so that FETCH copies
 * octets out of the row without taking it apart.
 */
public final class StructureCodec {
    private static final int VERSION = 1;
    private static final int ENVELOPE_LENGTH = 9;
    private static final int STRUCTURE_LENGTH = 13;
    private static final int REFERENCES_LENGTH = 17;

    /** Where ENVELOPE begins in a row. */
    public static final int ENVELOPE = 21;

    private static final int MOST_DEEP = 200;

    private StructureCodec() {}

    /**
     * {@code version:1 | sentDate:8 | envelopeLength:4 | structureLength:4 | referencesLength:4 | envelope | structure |
     * references | part}; a part is {@code kindAndEncoding:1 | header | headerLength | bodyLength | count} as varints, then
     * its parts, where header counts from the holding part's body.
     */
    public static byte[] encode(MessageStructure structure) {
        RowWriter out = new RowWriter(ENVELOPE + structure.envelope().length + structure.bodyStructure().length + 32)
                .u8(VERSION)
                .instant(structure.sentDate())
                .u32(structure.envelope().length)
                .u32(structure.bodyStructure().length)
                .u32(structure.references().length)
                .raw(structure.envelope())
                .raw(structure.bodyStructure())
                .raw(structure.references());
        write(out, structure.root(), 0);
        return out.done();
    }

    private static void write(RowWriter out, Part part, long base) {
        out.u8(part.kind().code() | part.encoding().code() << 4)
                .varint(part.headerStart() - base)
                .varint(part.bodyStart() - part.headerStart())
                .varint(part.end() - part.bodyStart())
                .varint(part.children().size());
        for (Part child : part.children()) {
            write(out, child, part.bodyStart());
        }
    }

    public static MessageStructure decode(byte[] key, byte[] value) {
        RowReader in = new RowReader(Family.STRUCTURE, key, value).version(VERSION);
        Instant sentDate = in.instantOrNull();
        int envelope = length(in);
        int structure = length(in);
        int references = length(in);
        byte[] envelopeOctets = in.raw(envelope);
        byte[] structureOctets = in.raw(structure);
        byte[] referencesOctets = in.raw(references);
        Part root;
        try {
            root = part(in, 0, 0);
        } catch (IllegalArgumentException e) {
            throw in.corrupt(String.valueOf(e.getMessage()));
        }
        in.end();
        return new MessageStructure(sentDate, envelopeOctets, structureOctets, referencesOctets, root);
    }

    private static int length(RowReader in) {
        long length = in.u32();
        if (length > in.left()) {
            throw in.corrupt(length + " octets in what is left of a row, " + in.left());
        }
        return (int) length;
    }

    private static Part part(RowReader in, long base, int depth) {
        int kind = in.u8();
        Optional<Part.Kind> known = Part.Kind.of(kind & 15);
        Optional<Part.Encoding> encoding = Part.Encoding.of(kind >> 4);
        if (known.isEmpty() || encoding.isEmpty() || depth > MOST_DEEP) {
            throw in.corrupt("impossible part of kind " + kind + " at depth " + depth);
        }
        long header = base + in.varint();
        long body = header + in.varint();
        long end = body + in.varint();
        int count = in.count();
        List<Part> children = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            children.add(part(in, body, depth + 1));
        }
        Part.Kind decoded = known.get();
        if (decoded == Part.Kind.MESSAGE ? count != 1 : decoded == Part.Kind.LEAF && count != 0) {
            throw in.corrupt("a part of kind " + decoded + " with " + count + " parts");
        }
        return new Part(header, body, end, decoded, encoding.get(), children);
    }

    /** Where a row's ENVELOPE ends and its BODYSTRUCTURE begins. */
    public static int envelopeEnd(byte[] value) {
        return ENVELOPE + int32(value, ENVELOPE_LENGTH);
    }

    /** Where a row's BODYSTRUCTURE ends. */
    public static int structureEnd(byte[] value) {
        return envelopeEnd(value) + int32(value, STRUCTURE_LENGTH);
    }

    /** Whether a row is of this form and as long as it says, as {@link #envelopeEnd} and {@link #structureEnd} want it. */
    public static boolean isWhole(byte[] value) {
        if (value.length < ENVELOPE || value[0] != VERSION) {
            return false;
        }
        long envelope = int32(value, ENVELOPE_LENGTH);
        long structure = int32(value, STRUCTURE_LENGTH);
        long references = int32(value, REFERENCES_LENGTH);
        return envelope >= 0
                && structure >= 0
                && references >= 0
                && ENVELOPE + envelope + structure + references < value.length;
    }

    private static int int32(byte[] value, int at) {
        return (value[at] & 0xFF) << 24
                | (value[at + 1] & 0xFF) << 16
                | (value[at + 2] & 0xFF) << 8
                | (value[at + 3] & 0xFF);
    }
}
