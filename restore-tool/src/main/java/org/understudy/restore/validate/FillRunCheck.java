package org.understudy.restore.validate;

import org.understudy.restore.message.HeaderBlock;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.validate.Finding.Place;
import org.understudy.restore.validate.Finding.Strength;

/**
 * Looks for runs of one octet that mail does not have: NUL, which no transport lets through (RFC 5321 section 4.5.2), and
 * the fill of erased or never written blocks. A long run, or one that lies on sector bounds of its file, is a block that
 * was lost.
 */
final class FillRunCheck implements Check {
    private static final int LONG_RUN = 256;
    private static final int ERASED_RUN = 16;
    private static final byte ERASED = (byte) 0xFF;
    private static final int SECTOR = 512;
    private static final int REPORTED = 5;
    /** Stands for any octet that is no fill. */
    private static final byte NO_FILL = 'a';

    @Override
    public String name() {
        return "fill-run";
    }

    @Override
    public Observer observe(SourceItem.Message message) {
        return new Runs();
    }

    private static final class Runs implements Observer, BodyLineSink {
        private final Found found = new Found();
        private byte octet = NO_FILL;
        private long start;
        private long next;

        /** Runs worth telling, in order; of the rest only the number. */
        private static final class Found {
            private final long[] offsets = new long[REPORTED];
            private final long[] lengths = new long[REPORTED];
            private final byte[] octets = new byte[REPORTED];
            private int kept;
            private long nulRuns;
            private long nuls;
            private long longRuns;
        }

        @Override
        public void headerLine(byte[] buffer, int from, int to, int ending, long offset) {
            bodyLine(buffer, from, to, ending, offset, Octets.kinds(buffer, from, to));
        }

        /** Only controls and octets above ASCII are fill, so a line without them ends the run before it and begins none. */
        @Override
        public void bodyLine(byte[] buffer, int from, int to, int ending, long offset, int kinds) {
            if (!Octets.none(kinds, Octets.CONTROL | Octets.HIGH)) {
                scan(buffer, from, to, offset);
            } else if (to > from && octet != NO_FILL) {
                close(offset);
                octet = NO_FILL;
                start = offset;
            }
            next = offset + (to - from) + ending;
            if (ending > 0) {
                close(next - ending);
                octet = NO_FILL;
                start = next;
            }
        }

        private void scan(byte[] buffer, int from, int to, long offset) {
            for (int i = from; i < to; i++) {
                byte b = buffer[i];
                if (b != octet) {
                    close(offset + (i - from));
                    octet = b;
                    start = offset + (i - from);
                }
            }
        }

        @Override
        public void headerEnd(HeaderBlock header, long bodyOffset) {}

        @Override
        public void end(long size) {
            close(next);
        }

        private void close(long end) {
            long length = end - start;
            if (octet == 0 && length > 0) {
                found.nulRuns++;
                found.nuls += length;
            }
            boolean control = (octet >= 0 && octet < ' ' && octet != '\t') || octet == 127;
            boolean fill = (length >= LONG_RUN && (octet < 0 || control)) || (length >= ERASED_RUN && octet == ERASED);
            found.longRuns += fill ? 1 : 0;
            boolean worthTelling = fill || (octet == 0 && length > 0 && found.longRuns == 0);
            if (worthTelling && found.kept < REPORTED) {
                found.offsets[found.kept] = start;
                found.lengths[found.kept] = length;
                found.octets[found.kept++] = octet;
            }
        }

        @Override
        public void conclude(Scan scan, Findings findings) {
            for (int i = 0; i < found.kept; i++) {
                long offset = found.offsets[i];
                long length = found.lengths[i];
                boolean longRun = length >= LONG_RUN;
                String what = length + " times the octet " + (found.octets[i] & 0xFF) + " in a row"
                        + (longRun ? alignment(offset, offset + length) : "");
                findings.add(longRun ? Strength.CONTRADICTION : Strength.DOUBT, new Place.Octets(offset, length), what);
            }
            if (found.nulRuns > found.kept) {
                findings.add(
                        Strength.NOTE, new Place.Whole(), found.nuls + " NUL octets in " + found.nulRuns + " runs");
            }
        }

        private static String alignment(long from, long to) {
            boolean begins = from % SECTOR == 0;
            boolean ends = to % SECTOR == 0;
            if (begins && ends) {
                long sectors = (to - from) / SECTOR;
                return ", " + sectors + (sectors == 1 ? " whole sector" : " whole sectors");
            }
            return begins ? ", from a sector bound on" : ends ? ", up to a sector bound" : "";
        }
    }
}
