package org.understudy.restore.crowd;

import java.util.Arrays;

/** Cuts a message's octets, as they lie in the source, into sectors; takes the digest of each and looks at each bound. */
final class SectorNotes {
    /** Octets of a sector: the smallest unit that disks write, of which all larger ones are made. */
    static final int SECTOR = 512;

    /** Sectors noted of one message; what lies beyond (512 MiB) is not compared. */
    static final int MOST = 1 << 20;

    private static final byte[] CRLF = {'\r', '\n'};

    /** The sector before, and the one that is being filled. */
    private final byte[] both = new byte[2 * SECTOR];

    private int filled;
    private int sectors;
    private long[] digests = new long[16];
    private long[] seams = new long[17];
    private boolean inHeader = true;

    /** Adds octets and the line end that follows them: 2 for CRLF, 1 for LF, 0 for none. */
    void add(byte[] buffer, int from, int to, int ending) {
        copy(buffer, from, to);
        copy(CRLF, 2 - ending, 2);
    }

    /** What follows is body. */
    void headerEnds() {
        inHeader = false;
    }

    private void copy(byte[] buffer, int from, int to) {
        int at = from;
        while (at < to) {
            int octets = Math.min(to - at, SECTOR - filled);
            System.arraycopy(buffer, at, both, SECTOR + filled, octets);
            filled += octets;
            at += octets;
            if (filled == SECTOR) {
                full();
            }
        }
    }

    private void full() {
        if (sectors < MOST) {
            if (sectors == digests.length) {
                digests = Arrays.copyOf(digests, sectors * 2);
                seams = Arrays.copyOf(seams, sectors * 2 + 1);
            }
            seams[sectors] = Seam.of(both, SECTOR, sectors == 0 ? 0 : SECTOR, SECTOR, inHeader);
            digests[sectors++] = Mixing.sector(both, SECTOR, SECTOR);
        }
        System.arraycopy(both, SECTOR, both, 0, SECTOR);
        filled = 0;
    }

    /** Closes the last bound; called once. */
    void end() {
        if (sectors < MOST) {
            seams[sectors] = Seam.of(both, SECTOR, sectors == 0 ? 0 : SECTOR, filled, inHeader);
        }
    }

    /** One for each full sector; 0 for one that is a mere pattern. */
    Numbers digests() {
        return Numbers.of(digests, sectors);
    }

    /** As {@link Seam} holds them: of the bound before each full sector, and of the one after the last. */
    Numbers seams() {
        return Numbers.of(seams, sectors + 1);
    }
}
