package org.understudy.restore.message;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The header block of a message or of a MIME part (RFC 5322 section 2.2), split into fields as leniently as mail is
 * written: blanks before the colon, raw 8-bit octets and any line end are accepted. A line that is neither a field nor the
 * continuation of one is counted as stray and otherwise passed over. What lies beyond the collector's limit is unread.
 */
public final class HeaderBlock {
    /**
     * One field.
     *
     * @param name as written, without the colon
     * @param offset of the name's first octet, within the block
     * @param length octets up to the end of the last continuation line, its end included
     */
    public record Field(String name, int offset, int length, int valueOffset) {}

    private final byte[] bytes;
    private final int size;
    private final List<Field> fields;
    private final int strayLines;
    private final int lastStray;
    private final boolean cut;
    private final boolean ended;

    private HeaderBlock(
            byte[] bytes, int size, List<Field> fields, int strayLines, int lastStray, boolean cut, boolean ended) {
        this.bytes = bytes;
        this.size = size;
        this.fields = List.copyOf(fields);
        this.strayLines = strayLines;
        this.lastStray = lastStray;
        this.cut = cut;
        this.ended = ended;
    }

    /** The fields in the order of the message. */
    public List<Field> fields() {
        return fields;
    }

    /** Lines that are neither field nor continuation. */
    public int strayLines() {
        return strayLines;
    }

    /** Offset of the last stray line within the block, or -1. */
    public int lastStray() {
        return lastStray;
    }

    /** Whether the first line is the separator of an mbox ({@code From } or {@code >From }), left there by a tool. */
    public boolean startsWithEnvelopeLine() {
        int at = size > 0 && bytes[0] == '>' ? 1 : 0;
        return size > at + 5
                && bytes[at] == 'F'
                && bytes[at + 1] == 'r'
                && bytes[at + 2] == 'o'
                && bytes[at + 3] == 'm'
                && bytes[at + 4] == ' ';
    }

    /** Octets kept. */
    public int size() {
        return size;
    }

    /** The octet at an index below {@link #size()}. */
    public byte octet(int index) {
        return bytes[index];
    }

    /** Whether the block is longer than was kept, so that fields may be missing here. */
    public boolean cut() {
        return cut;
    }

    /** Whether an empty line ended the block, rather than the end of the message. */
    public boolean ended() {
        return ended;
    }

    /** The first field of that name, whatever its case, or null. */
    public @Nullable Field first(String name) {
        for (Field field : fields) {
            if (field.name().equalsIgnoreCase(name)) {
                return field;
            }
        }
        return null;
    }

    /** All fields of that name, whatever its case, topmost first. */
    public List<Field> all(String name) {
        List<Field> found = new ArrayList<>();
        for (Field field : fields) {
            if (field.name().equalsIgnoreCase(name)) {
                found.add(field);
            }
        }
        return found;
    }

    /** The first field's value as {@link #value(Field)}, or empty. */
    public String value(String name) {
        Field field = first(name);
        return field == null ? "" : value(field);
    }

    /** The value, unfolded and trimmed; each octet becomes the character of that number (ISO 8859-1). */
    public String value(Field field) {
        return value(field, Integer.MAX_VALUE);
    }

    /** The same, of at most the value's first {@code limit} octets. */
    public String value(Field field, int limit) {
        int from = field.valueOffset();
        int to = (int) Math.min(field.offset() + field.length(), (long) from + limit);
        byte[] unfolded = new byte[to - from];
        int length = 0;
        for (int i = from; i < to; i++) {
            if (bytes[i] != '\r' && bytes[i] != '\n') {
                unfolded[length++] = bytes[i];
            }
        }
        return new String(unfolded, 0, length, StandardCharsets.ISO_8859_1).trim();
    }

    /** The octets of a field with its line ends, as they lie in the source. */
    public byte[] raw(Field field) {
        return Arrays.copyOfRange(bytes, field.offset(), field.offset() + field.length());
    }

    /** Gathers the lines of a block. */
    public static final class Collector {
        private final int limit;
        private byte[] bytes = new byte[2048];
        private int length;
        private boolean cut;

        /** @param limit octets kept; what comes later is counted as cut */
        public Collector(int limit) {
            this.limit = limit;
        }

        /** Adds a line or a piece of one with the {@code ending} octets that follow {@code to} in the buffer. */
        public void add(byte[] buffer, int from, int to, int ending) {
            int octets = to - from + ending;
            if (octets > limit - length) {
                cut = true;
                octets = limit - length;
            }
            if (octets > bytes.length - length) {
                bytes = Arrays.copyOf(bytes, Math.min(limit, Math.max(bytes.length * 2, length + octets)));
            }
            System.arraycopy(buffer, from, bytes, length, octets);
            length += octets;
        }

        /** Splits what was gathered. */
        public HeaderBlock finish(boolean ended) {
            List<Field> fields = new ArrayList<>();
            int stray = 0;
            int lastStray = -1;
            String name = "";
            int nameAt = -1;
            int valueAt = 0;
            int line = 0;
            while (line < length) {
                int next = line;
                while (next < length && bytes[next] != '\n') {
                    next++;
                }
                next = Math.min(length, next + 1);
                boolean folded = bytes[line] == ' ' || bytes[line] == '\t';
                if (folded && nameAt >= 0) {
                    line = next;
                    continue;
                }
                if (nameAt >= 0) {
                    fields.add(new Field(name, nameAt, line - nameAt, valueAt));
                    nameAt = -1;
                }
                int colon = folded ? -1 : colon(line, next);
                if (colon >= 0) {
                    int nameEnd = colon;
                    while (bytes[nameEnd - 1] == ' ' || bytes[nameEnd - 1] == '\t') {
                        nameEnd--;
                    }
                    name = new String(bytes, line, nameEnd - line, StandardCharsets.ISO_8859_1);
                    nameAt = line;
                    valueAt = colon + 1;
                } else if (!blank(line, next)) {
                    stray++;
                    lastStray = line;
                }
                line = next;
            }
            if (nameAt >= 0) {
                fields.add(new Field(name, nameAt, length - nameAt, valueAt));
            }
            return new HeaderBlock(bytes, length, fields, stray, lastStray, cut, ended);
        }

        private boolean blank(int from, int to) {
            for (int i = from; i < to; i++) {
                if (bytes[i] != '\r' && bytes[i] != '\n' && bytes[i] != ' ' && bytes[i] != '\t') {
                    return false;
                }
            }
            return true;
        }

        /** Where the colon after a field name stands (RFC 5322 section 3.6.8, obsolete blanks allowed), or -1. */
        private int colon(int from, int to) {
            boolean blank = false;
            for (int i = from; i < to; i++) {
                byte b = bytes[i];
                if (b == ':') {
                    return i > from ? i : -1;
                }
                if (b == ' ' || b == '\t') {
                    blank = true;
                } else if (b <= ' ' || b == 127 || blank) {
                    return -1;
                }
            }
            return -1;
        }
    }

    @Override
    public String toString() {
        return fields.size() + " fields, " + strayLines + " stray lines" + (cut ? ", cut" : "");
    }
}
