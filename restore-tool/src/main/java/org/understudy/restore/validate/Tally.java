package org.understudy.restore.validate;

import org.understudy.restore.validate.Finding.Place;
import org.understudy.restore.validate.Finding.Strength;

/** Counts something and remembers where it was first and last seen. */
final class Tally {
    private long count;
    private long first = -1;
    private long last = -1;

    void add(long offset) {
        count++;
        first = first < 0 ? offset : first;
        last = offset;
    }

    long count() {
        return count;
    }

    Place place() {
        return new Place.Octets(first, last - first + 1);
    }

    /** Adds a finding if anything was counted; returns whether nothing was. */
    boolean tell(Strength strength, String what, Findings findings) {
        if (count > 0) {
            findings.add(strength, place(), count + " " + what);
        }
        return count == 0;
    }
}
