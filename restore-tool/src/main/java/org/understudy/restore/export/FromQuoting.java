package org.understudy.restore.export;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Copies a message with one {@code >} more before each line of {@code From } and of one or more {@code >} and {@code From }
 * (mboxrd), of the header too, since other programs look for {@code From } everywhere.
 *
 * @param octets that were written
 * @param quoted lines that got one
 * @param ended whether the last octet is a line feed, or there was none
 */
record FromQuoting(long octets, long quoted, boolean ended) {
    private static final byte[] WORD = {'F', 'r', 'o', 'm', ' '};

    static FromQuoting copy(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[64 << 10];
        long octets = 0;
        long quoted = 0;
        /* -1 within a line; from 0 on: that many octets of the word have been read at a line's begin */
        int word = 0;
        boolean ended = true;
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            int done = 0;
            for (int i = 0; i < n; i++) {
                byte octet = buffer[i];
                if (word >= 0) {
                    int before = word;
                    word = octet == WORD[word] ? word + 1 : octet == '>' && word == 0 ? 0 : -1;
                    if (before == 0 && word == 1) {
                        out.write(buffer, done, i - done);
                        octets += i - done;
                        done = i;
                    } else if (before > 0 && word < 0) {
                        octets += hold(out, buffer, i, done, before);
                        done = Math.max(done, i);
                    } else if (word == WORD.length) {
                        out.write('>');
                        out.write(WORD);
                        octets += 1 + WORD.length;
                        quoted++;
                        done = i + 1;
                        word = -1;
                    }
                }
                if (octet == '\n') {
                    word = 0;
                }
            }
            if (word <= 0) {
                out.write(buffer, done, n - done);
                octets += n - done;
            }
            ended = n > 0 ? buffer[n - 1] == '\n' : ended;
        }
        if (word > 0) {
            out.write(WORD, 0, word);
            octets += word;
        }
        return new FromQuoting(octets, quoted, ended);
    }

    /** Writes the octets of a word that turned out not to be one; some of them may have been in the buffer before. */
    private static int hold(OutputStream out, byte[] buffer, int at, int done, int count) throws IOException {
        int here = Math.min(count, at - done);
        if (here == count) {
            out.write(buffer, done, count);
        } else {
            out.write(WORD, 0, count);
        }
        return count;
    }
}
