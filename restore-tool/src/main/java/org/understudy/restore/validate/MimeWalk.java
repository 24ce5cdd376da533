package org.understudy.restore.validate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.message.HeaderBlock;
import org.understudy.restore.message.LineSink;

/**
 * Follows the MIME structure line by line (RFC 2046 section 5.1) and shows it to part sinks. A delimiter of an outer
 * multipart ends all inner parts. Parts nested deeper than {@value #DEPTH} are read as leaves. State is one stack of the
 * open parts and one header block, whatever the number of parts.
 */
final class MimeWalk implements LineSink {
    static final int DEPTH = 100;

    private static final int PART_HEADER_KEPT = 64 * 1024;

    private final PartSink[] sinks;
    private final List<Part> open = new ArrayList<>();
    private HeaderBlock.@Nullable Collector partHeader;
    private boolean midLine;
    private int openAtEnd;

    MimeWalk(List<PartSink> sinks) {
        this.sinks = sinks.toArray(PartSink[]::new);
    }

    /** Multiparts that the end of the message left open. */
    int openAtEnd() {
        return openAtEnd;
    }

    @Override
    public void headerLine(byte[] buffer, int from, int to, int ending, long offset) {}

    @Override
    public void headerEnd(HeaderBlock header, long bodyOffset) {
        begin(header, bodyOffset);
    }

    @Override
    public void bodyLine(byte[] buffer, int from, int to, int ending, long offset) {
        boolean whole = !midLine;
        midLine = ending == 0;
        if (whole
                && to - from > 2
                && buffer[from] == '-'
                && buffer[from + 1] == '-'
                && delimiter(buffer, from, to, offset)) {
            return;
        }
        if (partHeader != null) {
            partHeader.add(buffer, from, to, ending);
            if (whole && from == to && ending > 0) {
                HeaderBlock block = partHeader.finish(true);
                partHeader = null;
                begin(block, offset + ending);
            }
            return;
        }
        Part part = open.getLast();
        for (PartSink sink : sinks) {
            sink.partLine(part, buffer, from, to, ending, offset, whole);
        }
    }

    @Override
    public void end(long size) {
        for (Part part : open) {
            openAtEnd += part.isMultipart() && !part.closed() && part.boundary() != null ? 1 : 0;
        }
        endDownTo(0, size);
    }

    private void begin(HeaderBlock header, long bodyOffset) {
        Part part = new Part(header, open.isEmpty() ? null : open.getLast(), bodyOffset);
        open.add(part);
        for (PartSink sink : sinks) {
            sink.partBegins(part);
        }
        boolean plain = !part.encoding().equals("base64") && !part.encoding().equals("quoted-printable");
        if (part.type().equals("message/rfc822") && plain && open.size() < DEPTH) {
            partHeader = new HeaderBlock.Collector(PART_HEADER_KEPT);
        }
    }

    private boolean delimiter(byte[] buffer, int from, int to, long offset) {
        int end = to;
        while (buffer[end - 1] == ' ' || buffer[end - 1] == '\t') {
            end--;
        }
        for (int level = open.size() - 1; level >= 0; level--) {
            Part part = open.get(level);
            byte[] boundary = part.boundary();
            if (boundary == null || part.closed() || !startsWith(buffer, from + 2, end, boundary)) {
                continue;
            }
            int rest = end - from - 2 - boundary.length;
            boolean closing = rest == 2 && buffer[end - 1] == '-' && buffer[end - 2] == '-';
            if (rest != 0 && !closing) {
                continue;
            }
            partHeader = null;
            endDownTo(level + 1, offset);
            part.delimiter(closing);
            if (!closing && open.size() < DEPTH) {
                partHeader = new HeaderBlock.Collector(PART_HEADER_KEPT);
            }
            return true;
        }
        return false;
    }

    private static boolean startsWith(byte[] buffer, int from, int to, byte[] prefix) {
        return to - from >= prefix.length
                && Arrays.mismatch(buffer, from, from + prefix.length, prefix, 0, prefix.length) < 0;
    }

    private void endDownTo(int level, long offset) {
        while (open.size() > level) {
            Part part = open.removeLast();
            for (PartSink sink : sinks) {
                sink.partEnds(part, offset);
            }
        }
    }
}
