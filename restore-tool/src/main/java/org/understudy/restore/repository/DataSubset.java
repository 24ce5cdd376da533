package org.understudy.restore.repository;

import java.math.BigInteger;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * One of equal parts of a repository's objects. Which part an object is in follows from its digest alone, so that parts
 * 1 to {@code of} together are all objects, whenever each of them is read.
 *
 * @param part from 1 to {@code of}
 */
record DataSubset(int part, int of) {
    private static final int MOST = 1000;
    private static final int DIGITS = 16;

    DataSubset {
        if (of < 1 || of > MOST || part < 1 || part > of) {
            throw new IllegalArgumentException(part + "/" + of);
        }
    }

    /**
     * What an operator has asked for.
     *
     * @param part 0 for the one that was read longest ago
     */
    record Asked(int part, int of) {
        /** @throws OperatorException {@link Reason#USAGE} unless it is {@code n/t} or {@code next/t} */
        static Asked parse(String text) {
            if (text.matches("(next|[1-9][0-9]{0,3})/[1-9][0-9]{0,3}")) {
                String[] sides = text.split("/", -1);
                int of = Integer.parseInt(sides[1]);
                int part = sides[0].equals("next") ? 0 : Integer.parseInt(sides[0]);
                if (of <= MOST && part <= of) {
                    return new Asked(part, of);
                }
            }
            throw new OperatorException(
                    Reason.USAGE,
                    "'" + text + "' is no part of a repository",
                    "Give n/t, for example 3/7 for the third of seven parts, or next/7 for the one that was read longest"
                            + " ago; t is at most " + MOST + ".");
        }
    }

    boolean contains(String sha256) {
        return new BigInteger(sha256.substring(0, DIGITS), 16)
                        .mod(BigInteger.valueOf(of))
                        .intValue()
                == part - 1;
    }

    @Override
    public String toString() {
        return part + "/" + of;
    }
}
