package org.understudy.restore.message;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Hash of a message body in one of DKIM's canonical forms (RFC 6376 sections 3.4.3 and 3.4.4), fed line by line. Bare LFs
 * count as CRLF, as they did when the message was sent.
 */
public final class DkimBody {
    private final MessageDigest digest;
    private final boolean relaxed;
    private final byte[] pending = new byte[8 * 1024];
    private int length;
    private long left;
    private long total;
    private long emptyLines;
    private boolean lineBegun;
    private boolean blank;

    /**
     * @param algorithm {@code SHA-256} or {@code SHA-1}
     * @param limit canonical octets to hash, or -1 for all ({@code l=})
     */
    public DkimBody(boolean relaxed, String algorithm, long limit) {
        this.relaxed = relaxed;
        this.left = limit < 0 ? Long.MAX_VALUE : limit;
        try {
            this.digest = MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256 and SHA-1", e);
        }
    }

    /** Adds a line or a piece of one, as {@link LineSink} gives them. */
    public void line(byte[] buffer, int from, int to, int ending) {
        line(buffer, from, to, ending, true);
    }

    /** The same, of a line that is known to hold neither space nor tab unless {@code blanks}. */
    public void line(byte[] buffer, int from, int to, int ending, boolean blanks) {
        if (relaxed && (blanks || blank)) {
            relaxed(buffer, from, to);
        } else if (to > from) {
            beginLine();
            write(buffer, from, to - from);
        }
        if (ending > 0) {
            endLine();
        }
    }

    private void endLine() {
        if (lineBegun) {
            write('\r');
            write('\n');
        } else {
            emptyLines++;
        }
        lineBegun = false;
        blank = false;
    }

    private void beginLine() {
        if (lineBegun) {
            return;
        }
        for (; emptyLines > 0 && left > 0; emptyLines--) {
            write('\r');
            write('\n');
        }
        emptyLines = 0;
        lineBegun = true;
    }

    private void relaxed(byte[] buffer, int begin, int to) {
        int from = begin;
        while (from < to && isBlank(buffer[from])) {
            from++;
        }
        blank |= from > begin;
        if (from == to) {
            return;
        }
        beginLine();
        int most = to - from + 1;
        if (most <= left && most <= pending.length) {
            squeeze(buffer, from, to, most);
            return;
        }
        int run = from;
        for (int i = from; i < to; i++) {
            byte b = buffer[i];
            if (b != ' ' && b != '\t') {
                if (blank) {
                    beginLine();
                    write(' ');
                    blank = false;
                    run = i;
                }
                continue;
            }
            if (!blank) {
                copy(buffer, run, i);
                blank = true;
            }
        }
        if (!blank) {
            copy(buffer, run, to);
        }
    }

    /**
     * Writes octets, each run of blanks as one space, where there is room for all: a run's space is written when the run
     * begins, and taken back where it ends the line.
     */
    private void squeeze(byte[] buffer, int from, int to, int most) {
        if (most > pending.length - length) {
            flush();
        }
        byte[] out = pending;
        int at = length;
        out[at] = ' ';
        at += blank ? 1 : 0;
        int before = 0;
        for (int i = from; i < to; i++) {
            byte b = buffer[i];
            int now = isBlank(b) ? 1 : 0;
            out[at] = now == 1 ? (byte) ' ' : b;
            at += 1 - (now & before);
            before = now;
        }
        at -= before;
        blank = before == 1;
        left -= at - length;
        total += at - length;
        length = at;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    private void copy(byte[] buffer, int from, int to) {
        if (to > from) {
            beginLine();
            write(buffer, from, to - from);
        }
    }

    private void write(int octet) {
        if (left > 0) {
            if (length == pending.length) {
                flush();
            }
            pending[length++] = (byte) octet;
            left--;
            total++;
        }
    }

    private void write(byte[] buffer, int from, int octets) {
        int taken = (int) Math.min(octets, left);
        left -= taken;
        total += taken;
        if (taken > pending.length - length) {
            flush();
        }
        if (taken > pending.length) {
            digest.update(buffer, from, taken);
        } else {
            System.arraycopy(buffer, from, pending, length, taken);
            length += taken;
        }
    }

    private void flush() {
        digest.update(pending, 0, length);
        length = 0;
    }

    /** The hash of the lines so far, as if the body ended here; feeding may go on. */
    public byte[] hashSoFar() {
        flush();
        return copy(digest).digest();
    }

    /** Ends the body and gives its hash; called once. */
    public byte[] hash() {
        if (lineBegun) {
            endLine();
        }
        if (total == 0 && !relaxed) {
            write('\r');
            write('\n');
        }
        flush();
        return digest.digest();
    }

    /** Canonical octets hashed so far. */
    public long octets() {
        return total;
    }

    private static MessageDigest copy(MessageDigest digest) {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the platform's digests can be copied", e);
        }
    }
}
