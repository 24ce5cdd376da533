package org.understudy.restore.crowd;

/**
 * How well two texts that meet at a bound read on, by what meets at all the other bounds of the source: the log of how much
 * likelier the two symbols after the bound are behind the two before it than anywhere. Learned from the source alone, so
 * that it knows the languages and forms that are written there; where little was learned everything is near 0.
 *
 * <p>A symbol is one of 31: the letters without case, digits, blanks, line ends, signs, octets above 127. A join is the
 * numbers of four of them, from 1 on, at 5 bits each. Not thread-safe.
 */
final class Joins {
    /** Bits of a join. */
    static final int BITS = 20;

    private static final int SYMBOL = 5;
    private static final int PAIR = 2 * SYMBOL;
    private static final int TRIPLE = 3 * SYMBOL;

    /** So many looks at what is commoner weigh as much as those at the rarer. */
    private static final double PRIOR = 5;

    private static final byte[] SYMBOLS = symbols();

    private final int[] singles = new int[1 << SYMBOL];
    private final int[] pairs = new int[1 << PAIR];
    private final int[] firsts = new int[1 << SYMBOL];
    private final int[] triples = new int[1 << TRIPLE];
    private final int[] firstPairs = new int[1 << PAIR];
    private long all;

    private static byte[] symbols() {
        byte[] table = new byte[256];
        for (int octet = 0; octet < table.length; octet++) {
            table[octet] = (byte) symbol(octet);
        }
        return table;
    }

    private static int symbol(int octet) {
        int letter = (octet | 0x20) - 'a';
        if (octet < 128 && letter >= 0 && letter < 26) {
            return 1 + letter;
        }
        return switch (octet) {
            case ' ', '\t' -> 27;
            case '\r', '\n' -> 28;
            default -> octet >= 128 ? 31 : octet >= '0' && octet <= '9' ? 29 : 30;
        };
    }

    /** The join of the two octets before the bound and the two after it. */
    static int of(byte[] octets, int bound) {
        int join = 0;
        for (int i = bound - 2; i < bound + 2; i++) {
            join = (join << SYMBOL) | SYMBOLS[octets[i] & 0xFF];
        }
        return join;
    }

    /** Counts a join; 0 is none. */
    void learn(int join) {
        if (join == 0) {
            return;
        }
        int left = join >>> SYMBOL;
        int right = join & ((1 << TRIPLE) - 1);
        triples[left]++;
        triples[right]++;
        firstPairs[left >>> SYMBOL]++;
        firstPairs[right >>> SYMBOL]++;
        for (int at = 0; at <= BITS - PAIR; at += SYMBOL) {
            int pair = (join >>> at) & ((1 << PAIR) - 1);
            pairs[pair]++;
            firsts[pair >>> SYMBOL]++;
        }
        for (int at = 0; at < BITS; at += SYMBOL) {
            singles[(join >>> at) & ((1 << SYMBOL) - 1)]++;
            all++;
        }
    }

    /**
     * How well the text reads on over a bound of this source, whose own join does not count for it.
     *
     * @return a natural logarithm, from some -8 (never seen so) to 8; 0 for no join
     */
    double fit(int join) {
        if (join == 0) {
            return 0;
        }
        int left = join >>> SYMBOL;
        int right = join & ((1 << TRIPLE) - 1);
        int third = left & ((1 << SYMBOL) - 1);
        int last = join & ((1 << SYMBOL) - 1);
        return Math.log(third(left) / single(third)) + Math.log(third(right) / second((third << SYMBOL) | last));
    }

    private double single(int symbol) {
        return (singles[symbol] + 0.5) / (all + 16.0);
    }

    /** How likely a pair's second symbol is behind its first. */
    private double second(int pair) {
        int first = firsts[pair >>> SYMBOL] - 1;
        int both = pairs[pair] - 1;
        return (Math.max(0, both) + PRIOR * single(pair & ((1 << SYMBOL) - 1))) / (Math.max(0, first) + PRIOR);
    }

    /** How likely a triple's third symbol is behind its first two. */
    private double third(int triple) {
        int first = firstPairs[triple >>> SYMBOL] - 1;
        int whole = triples[triple] - 1;
        return (Math.max(0, whole) + PRIOR * second(triple & ((1 << PAIR) - 1))) / (Math.max(0, first) + PRIOR);
    }
}
