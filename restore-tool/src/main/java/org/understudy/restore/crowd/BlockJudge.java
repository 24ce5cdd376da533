package org.understudy.restore.crowd;

import java.io.IOException;
import org.understudy.restore.crowd.Clue.Kind;

/**
 * Tells blocks that a fault put into a message from text that two messages share by right.
 *
 * <p>A shared text begins and ends anywhere; a block that was written into the wrong file, or read from the wrong place,
 * begins and ends exactly on sector bounds of both files, while the octets beyond differ at once. By chance a shared text
 * does that at one end in 170 cases, and at both in 28,000. Then the bounds tell which of the two has it by right: there
 * the lines run on, and so do the letters. Runs to the end of a file (a tail) and from its beginning (a head) have one such
 * end only, so they need a bound that shows.
 */
final class BlockJudge {
    /** Sectors of one digest that are compared; a digest that more share is a form letter's. */
    static final int GROUP = 1024;

    private static final int PARTNERS = 3;
    private static final int LONGEST_RUN = 8192;
    /** From this difference of scores on, the bounds show whose the run is. */
    private static final int SHOWS = 3;

    /** From this one on, the message with the better score is not doubted. */
    private static final int CLEARS = 2;

    /** A word that lies across so many bounds of the source is one, and no chance meeting of two halves. */
    private static final int COMMON = 6;

    private static final int NEAR = 200;
    private static final int EDGE_BITS = Seam.EDGE_BITS;
    private static final long EDGE = (1 << EDGE_BITS) - 1;

    /**
     * How much better the text must read on over the bounds, in natural logarithms, to weigh as much as one of score. Of
     * sectors put into real mail so much more than three of four are cleared in the message that has them by right, and
     * one or two of a hundred in the other, where nothing else tells.
     */
    private static final double FIT = 1.5;

    /** Takes a clue, and the ordinal of the item that it is about. */
    interface Sink {
        void accept(Roll.Entry about, Clue clue) throws IOException;
    }

    private final Roll roll;
    private final byte[] words;
    private final Joins joins;
    private final Sink sink;

    /**
     * @param words how often each word hash lay across a bound in all of the source, at most 127
     * @param joins those of all of the source
     */
    BlockJudge(Roll roll, byte[] words, Joins joins, Sink sink) {
        this.roll = roll;
        this.words = words;
        this.joins = joins;
        this.sink = sink;
    }

    /** What is sorted by digest: {@code sector number:40 | edge before:12 | edge after:12}. */
    static long packed(long sector, long seamBefore, long seamAfter) {
        return (sector << (2 * EDGE_BITS))
                | ((Seam.before(seamBefore) & EDGE) << EDGE_BITS)
                | (Seam.after(seamAfter) & EDGE);
    }

    private static long before(long packed) {
        return (packed >>> EDGE_BITS) & EDGE;
    }

    private static long sector(long packed) {
        return packed >>> (2 * EDGE_BITS);
    }

    /** Compares the sectors of one digest. */
    void group(long[] packed, int size) throws IOException {
        int commonest = commonest(packed, size);
        for (int i = 0; i < size; i++) {
            int alike = count(packed, size, before(packed[i]));
            if (before(packed[i]) == 0) {
                heads(packed, i);
            }
            if (alike > 2 || alike == size) {
                continue;
            }
            int partners = 0;
            if (before(packed[commonest]) != before(packed[i])) {
                examine(packed[i], packed[commonest], alike > 1, true);
                partners++;
            }
            for (int j = 0; j < size && partners < PARTNERS; j++) {
                if (j != commonest && before(packed[j]) != before(packed[i])) {
                    examine(packed[i], packed[j], alike > 1, count(packed, size, before(packed[j])) > 1);
                    partners++;
                }
            }
        }
    }

    /** Compares a file's first sector with the first other one that is a file's first. */
    private void heads(long[] packed, int i) throws IOException {
        for (int j = 0; j < i; j++) {
            if (before(packed[j]) == 0) {
                examine(packed[i], packed[j], false, false);
                return;
            }
        }
    }

    private static int commonest(long[] packed, int size) {
        int best = 0;
        int most = 0;
        for (int i = 0; i < Math.min(size, 64); i++) {
            int alike = count(packed, size, before(packed[i]));
            if (alike > most) {
                most = alike;
                best = i;
            }
        }
        return best;
    }

    private static int count(long[] packed, int size, long before) {
        int count = 0;
        for (int i = 0; i < size; i++) {
            count += before(packed[i]) == before ? 1 : 0;
        }
        return count;
    }

    /** A run of equal sectors as it lies in one of the two messages. */
    private record Side(Roll.Entry entry, int first, int sectors, boolean backed) {
        MessageNotes notes() {
            return entry.notes();
        }

        long leftSeam() {
            return notes().seams().at(first);
        }

        long rightSeam() {
            return notes().seams().at(first + sectors);
        }

        boolean endsFile() {
            return first + sectors == notes().sectors().size();
        }

        long from() {
            return (long) first * SectorNotes.SECTOR;
        }

        long to() {
            return (long) (first + sectors) * SectorNotes.SECTOR;
        }

        /** Whether the octets do not fit what the file's name says of them. */
        boolean misfits() {
            return FileJudge.misnamed(notes())
                    || (notes().statedCanonical() >= 0 && notes().statedCanonical() != notes().canonicalSize());
        }

        /**
         * Whether both sizes that the file's name states are the file's: octets of another text seldom have as many lines.
         */
        boolean vouched() {
            return notes().statedSize() == notes().size() && notes().statedCanonical() == notes().canonicalSize();
        }

        boolean isProven() {
            return notes().bodyProven() && from() >= notes().bodyOffset();
        }

        /** Whether the run is a head whose signature proves a body that goes on behind the run. */
        boolean isProvenHead() {
            return notes().bodyProven() && notes().bodyOffset() <= to() && to() < notes().size();
        }
    }

    private void examine(long one, long other, boolean oneBacked, boolean otherBacked) throws IOException {
        Roll.Entry x = roll.entry(roll.ofSector(sector(one)));
        Roll.Entry y = roll.entry(roll.ofSector(sector(other)));
        if (x.number() == y.number() || x.notes().raw().equals(y.notes().raw())) {
            return;
        }
        int i = (int) (sector(one) - x.firstSector());
        int j = (int) (sector(other) - y.firstSector());
        int sectors = equalFrom(x.notes().sectors(), i, y.notes().sectors(), j);
        judge(new Side(x, i, sectors, oneBacked), new Side(y, j, sectors, otherBacked));
    }

    private static int equalFrom(Numbers x, int i, Numbers y, int j) {
        int most = Math.min(LONGEST_RUN, Math.min(x.size() - i, y.size() - j));
        int count = 0;
        while (count < most && x.at(i + count) == y.at(j + count)) {
            count++;
        }
        return count;
    }

    private void judge(Side x, Side y) throws IOException {
        boolean fromStart = x.first() == 0 && y.first() == 0;
        if (!fromStart && Seam.before(x.leftSeam()) == Seam.before(y.leftSeam())) {
            return;
        }
        int afterX = Seam.after(x.rightSeam());
        int afterY = Seam.after(y.rightSeam());
        boolean xEnds = x.endsFile() && (afterX == afterY || afterX == 0);
        boolean yEnds = y.endsFile() && (afterX == afterY || afterY == 0);
        if (afterX == afterY && !xEnds && !yEnds) {
            return;
        }
        if (xEnds || yEnds) {
            if (!fromStart) {
                tail(x, y, xEnds, yEnds);
                tail(y, x, yEnds, xEnds);
            }
            return;
        }
        int difference = difference(x, y, !fromStart, true);
        if (fromStart) {
            head(x, y, difference);
            head(y, x, -difference);
            return;
        }
        boolean xAccused = !x.isProven() && (difference > -CLEARS || y.isProven());
        boolean yAccused = !y.isProven() && (difference < CLEARS || x.isProven());
        if (xAccused) {
            tell(x, y, Kind.BLOCK_SEEN, Kind.BLOCK, difference >= SHOWS && shows(x, true, true));
        }
        if (yAccused) {
            tell(y, x, Kind.BLOCK_SEEN, Kind.BLOCK, -difference >= SHOWS && shows(y, true, true));
        }
    }

    /** A run to the end of a file. Where the other goes on, it is this one that lost its own end. */
    private void tail(Side about, Side other, boolean ends, boolean otherEnds) throws IOException {
        if (!ends || about.isProven()) {
            return;
        }
        int difference = difference(about, other, true, false);
        if (otherEnds ? difference > 0 : difference > -CLEARS) {
            tell(about, other, Kind.TAIL_SEEN, Kind.TAIL, difference >= SHOWS && shows(about, true, false));
        }
    }

    private void head(Side about, Side other, int difference) throws IOException {
        if (!about.isProvenHead() && (difference > -CLEARS || other.isProvenHead())) {
            tell(about, other, Kind.HEAD_SEEN, Kind.HEAD, difference >= SHOWS && shows(about, false, true));
        }
    }

    private void tell(Side about, Side other, Kind seen, Kind unseen, boolean shows) throws IOException {
        boolean tail = seen == Kind.TAIL_SEEN;
        if (tail && !shows && about.vouched()) {
            return; // texts that end alike by right begin to differ on a bound once in 170 times
        }
        long to = tail ? about.notes().size() : about.to();
        Clue clue = new Clue(
                shows ? seen : unseen,
                about.entry().number(),
                about.from(),
                to - about.from(),
                other.entry().number(),
                other.from());
        sink.accept(about.entry(), clue);
    }

    private static boolean shows(Side side, boolean left, boolean right) {
        return side.misfits() || (left && shows(side.leftSeam())) || (right && shows(side.rightSeam()));
    }

    private static boolean shows(long seam) {
        return switch (Seam.grade(seam)) {
            case ODD, BROKEN -> true;
            case PLAIN, SMOOTH -> false;
        };
    }

    /** How much worse the run sits in one message than in the other; how it reads on decides where little else does. */
    private int difference(Side x, Side y, boolean left, boolean right) {
        int difference = score(x, left, right) - score(y, left, right);
        if (Math.abs(difference) >= CLEARS) {
            return difference;
        }
        double weighed = difference - (fit(x, left, right) - fit(y, left, right)) / FIT;
        return weighed <= -CLEARS ? -CLEARS : weighed >= CLEARS ? CLEARS : difference;
    }

    /** How well the text reads on over the run's bounds. */
    private double fit(Side side, boolean left, boolean right) {
        return (left ? joins.fit(Seam.join(side.leftSeam())) : 0)
                + (right ? joins.fit(Seam.join(side.rightSeam())) : 0);
    }

    /** How badly the run sits in its message. */
    private int score(Side side, boolean left, boolean right) {
        int score = (left ? score(side.leftSeam()) : 0) + (right ? score(side.rightSeam()) : 0);
        boolean doubted = side.notes().weak().stream().anyMatch(span -> span.near(side.from(), side.to(), NEAR));
        return score + (doubted ? 2 : 0) + (side.misfits() ? SHOWS : 0) - (side.backed() ? 1 : 0);
    }

    private int score(long seam) {
        int structure = switch (Seam.grade(seam)) {
            case SMOOTH -> 0;
            case PLAIN -> 1;
            case ODD -> 3;
            case BROKEN -> 5;
        };
        int word = Seam.word(seam);
        return structure + (word == 0 ? 0 : words[word] < 2 ? 1 : words[word] >= COMMON ? -1 : 0);
    }
}
