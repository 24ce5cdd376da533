package org.understudy.restore.source.mbox;

import java.io.IOException;
import java.util.Optional;

/** Finds the messages of one file, one after the other. */
final class Splitter {
    private final Window file;

    Splitter(Window file) {
        this.file = file;
    }

    /** Place of the first From_ line at {@code from} or after; the file's size if there is none. */
    long firstFromLine(long from) throws IOException {
        return firstFromLine(from, file.size());
    }

    /** As {@link #firstFromLine(long)}, but looks no further than octet {@code before}. */
    long firstFromLine(long from, long before) throws IOException {
        long at = from;
        while (at < Math.min(before, file.size())) {
            if (file.at(at) == 'F' && fromLineLength(at) > 0) {
                return at;
            }
            at = file.lineFeed(at) + 1;
        }
        return file.size();
    }

    /** As {@link #firstFromLine}, beginning with the first whole line after a place within one. */
    long nextFromLine(long within) throws IOException {
        return firstFromLine(Math.min(file.size(), file.lineFeed(within) + 1));
    }

    /** The message whose From_ line begins at {@code fromLine}. */
    Extent message(long fromLine) throws IOException {
        long header = Math.min(file.size(), file.lineFeed(fromLine) + 1);
        Optional<ExportedMessage> exported = ExportedMessage.find(file, header);
        if (exported.isPresent()) {
            ExportedMessage message = exported.get();
            long next = nextAfter(message.begin(), message.octets());
            if (next >= 0) {
                long end = message.begin() + message.octets();
                return new Extent(
                        fromLine, message.begin(), message.begin(), end, next, message.quoted(), -1, false, message);
            }
        }
        long body = body(header);
        long stated = body < 0 ? -1 : contentLength(header, body);
        if (stated >= 0) {
            long next = nextAfter(body, stated);
            if (next >= 0) {
                return new Extent(fromLine, header, body, body + stated, next, 0, stated, true, null);
            }
        }
        return untilFromLine(fromLine, header, body, stated);
    }

    private Extent untilFromLine(long fromLine, long header, long body, long stated) throws IOException {
        long at = body < 0 ? header : body;
        long quoted = 0;
        long lastLine = at;
        boolean afterBlank = body >= 0;
        while (at < file.size()) {
            int first = file.at(at);
            if (first == 'F' && begins(at, afterBlank)) {
                break;
            }
            if (first == '>' && body >= 0 && isQuoted(at)) {
                quoted++;
            }
            lastLine = at;
            afterBlank = isBlank(at);
            at = file.lineFeed(at) + 1;
        }
        long next = Math.min(at, file.size());
        boolean divider = afterBlank && lastLine >= (body < 0 ? header : body) && lastLine < next;
        long end = divider ? lastLine : next;
        return new Extent(fromLine, header, body < 0 ? end : body, end, next, quoted, stated, false, null);
    }

    /** Begin of the body; -1 if a From_ line or the file's end comes before an empty line. */
    private long body(long header) throws IOException {
        long at = header;
        while (at < file.size()) {
            if (file.at(at) == 'F' && begins(at, false)) {
                return -1;
            }
            if (isBlank(at)) {
                return file.lineFeed(at) + 1;
            }
            at = file.lineFeed(at) + 1;
        }
        return -1;
    }

    /** A From_ line after an empty line, or one that a header follows. */
    private boolean begins(long at, boolean afterBlank) throws IOException {
        int length = fromLineLength(at);
        return length > 0 && (afterBlank || isField(file.lineFeed(at) + 1));
    }

    /** Length without its end of a From_ line that begins here, or 0 if none does. */
    private int fromLineLength(long at) throws IOException {
        if (file.at(at + 1) != 'r' || file.at(at + 2) != 'o' || file.at(at + 3) != 'm' || file.at(at + 4) != ' ') {
            return 0;
        }
        byte[] line = line(at);
        return FromLine.isOne(line, 0, line.length) ? line.length : 0;
    }

    /** The line that begins here, without its end; cut where no From_ line can be so long. */
    byte[] line(long at) throws IOException {
        long end = at;
        while (end - at <= FromLine.LONGEST + 1 && file.at(end) != '\n' && file.at(end) >= 0) {
            end++;
        }
        if (end > at && file.at(end) == '\n' && file.at(end - 1) == '\r') {
            end--;
        }
        return file.bytes(at, (int) (end - at));
    }

    /** Whether a header field begins here: printable characters without blanks, and a colon. */
    private boolean isField(long at) throws IOException {
        long i = at;
        while (i - at < MboxHeader.LONGEST_NAME) {
            int c = file.at(i);
            if (c == ':') {
                return i > at;
            }
            if (c <= ' ' || c >= 0x7f) {
                return false;
            }
            i++;
        }
        return false;
    }

    private boolean isBlank(long at) throws IOException {
        int first = file.at(at);
        return first == '\n' || (first == '\r' && file.at(at + 1) == '\n');
    }

    private boolean isQuoted(long at) throws IOException {
        long i = at;
        while (file.at(i) == '>') {
            i++;
        }
        return file.at(i) == 'F'
                && file.at(i + 1) == 'r'
                && file.at(i + 2) == 'o'
                && file.at(i + 3) == 'm'
                && file.at(i + 4) == ' ';
    }

    private long contentLength(long header, long body) throws IOException {
        byte[] bytes = file.bytes(header, (int) Math.min(MboxHeader.LARGEST, body - header));
        return MboxHeader.read(bytes).contentLength();
    }

    /** Where the next message begins if this one has a body of {@code length} octets; -1 if none can begin there. */
    private long nextAfter(long body, long length) throws IOException {
        if (length > file.size() - body) {
            return -1;
        }
        long end = body + length;
        long at = end;
        while (at < file.size() && isBlank(at)) {
            at = file.lineFeed(at) + 1;
        }
        if (at >= file.size()) {
            return file.size();
        }
        boolean lineStart = at > end || length == 0 || file.at(end - 1) == '\n';
        return lineStart && file.at(at) == 'F' && fromLineLength(at) > 0 ? at : -1;
    }
}
