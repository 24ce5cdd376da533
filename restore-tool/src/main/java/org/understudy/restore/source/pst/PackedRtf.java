package org.understudy.restore.source.pst;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** RTF as Outlook packs it ([MS-OXRTFCP]). */
final class PackedRtf {
    private static final int HEADER = 16;
    private static final int PACKED = 0x75465a4c;
    private static final int PLAIN = 0x414c454d;
    private static final int WINDOW = 4096;

    private static final byte[] BEGIN = ("{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss"
                    + " \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0"
                    + "\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx")
            .getBytes(StandardCharsets.US_ASCII);

    private PackedRtf() {}

    /** @throws DamageException if it is none, or ends too early */
    static byte[] unpack(byte[] packed) throws DamageException {
        if (packed.length < HEADER) {
            throw new DamageException("the packed RTF has %,d octets".formatted(packed.length));
        }
        int kind = Octets.i32(packed, 8);
        long size = Octets.u32(packed, 4);
        if (kind == PLAIN) {
            int end = (int) Math.min(packed.length, HEADER + size);
            return java.util.Arrays.copyOfRange(packed, HEADER, end);
        }
        if (kind != PACKED || size > Properties.LIMIT) {
            throw new DamageException("the packed RTF is of kind %08x, %,d octets".formatted(kind, size));
        }
        byte[] window = new byte[WINDOW];
        System.arraycopy(BEGIN, 0, window, 0, BEGIN.length);
        int write = BEGIN.length;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int at = HEADER;
        while (at < packed.length) {
            int control = Octets.u8(packed, at++);
            for (int bit = 0; bit < 8; bit++, control >>= 1) {
                boolean reference = (control & 1) != 0;
                if (at + (reference ? 2 : 1) > packed.length) {
                    if (out.size() >= size) {
                        return out.toByteArray();
                    }
                    throw new DamageException(
                            "the packed RTF ends after %,d of %,d octets".formatted(out.size(), size));
                }
                if (!reference) {
                    window[write++ % WINDOW] = packed[at];
                    out.write(packed[at++]);
                    continue;
                }
                int word = Octets.u8(packed, at) << 8 | Octets.u8(packed, at + 1);
                at += 2;
                int from = word >> 4;
                if (from == write % WINDOW) {
                    return out.toByteArray();
                }
                for (int n = (word & 0xf) + 2; n > 0; n--) {
                    byte octet = window[from++ % WINDOW];
                    window[write++ % WINDOW] = octet;
                    out.write(octet);
                }
                if (out.size() > Properties.LIMIT) {
                    throw new DamageException(
                            "the packed RTF unpacks to more than %,d octets".formatted(Properties.LIMIT));
                }
            }
        }
        return out.toByteArray();
    }
}
