package org.understudy.server.search;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/** The columns of a segment: values of all its messages in their order, for fields each {@code length:4} and text. */
final class Segment {
    private Segment() {}

    static byte[] field(List<MailHeader> headers, Criterion.Field field) {
        int size = headers.stream().mapToInt(h -> 4 + h.field(field).length).sum();
        ByteBuffer out = ByteBuffer.allocate(size);
        headers.forEach(h -> out.putInt(h.field(field).length).put(h.field(field)));
        return out.array();
    }

    static byte[] sentDays(List<MailHeader> headers) {
        ByteBuffer out = ByteBuffer.allocate(4 * headers.size());
        headers.forEach(h -> out.putInt(h.sentDay()));
        return out.array();
    }

    static byte[] facts(List<MailHeader> headers) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(200 * headers.size());
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            for (MailHeader header : headers) {
                header.writeFacts(out);
            }
        } catch (IOException e) {
            throw new IllegalStateException("memory cannot be written", e);
        }
        return bytes.toByteArray();
    }

    static MailHeader[] headers(byte[] facts) {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(facts));
        MailHeader[] headers = new MailHeader[Postings.SEGMENT];
        try {
            for (int i = 0; i < headers.length && in.available() > 0; i++) {
                headers[i] = MailHeader.readFacts(in, Map.of());
            }
        } catch (IOException e) {
            throw new IllegalStateException("a row of the search index is not understood", e);
        }
        return headers;
    }

    static BitSet containing(byte[] field, Needle needle) {
        BitSet found = new BitSet(Postings.SEGMENT);
        ByteBuffer in = ByteBuffer.wrap(field);
        for (int i = 0; in.hasRemaining(); i++) {
            int length = in.getInt();
            int from = in.position();
            if (needle.in(field, from, from + length)) {
                found.set(i);
            }
            in.position(from + length);
        }
        return found;
    }

    static BitSet meeting(byte[] days, IntPredicate meets) {
        BitSet found = new BitSet(Postings.SEGMENT);
        ByteBuffer in = ByteBuffer.wrap(days);
        for (int i = 0; in.hasRemaining(); i++) {
            if (meets.test(in.getInt())) {
                found.set(i);
            }
        }
        return found;
    }
}
