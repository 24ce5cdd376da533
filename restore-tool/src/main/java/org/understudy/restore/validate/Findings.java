package org.understudy.restore.validate;

import java.util.List;
import org.understudy.restore.validate.Finding.Place;
import org.understudy.restore.validate.Finding.Strength;

/** Takes the findings of one check on one message. */
public final class Findings {
    private final String check;
    private final List<Finding> all;

    Findings(String check, List<Finding> all) {
        this.check = check;
        this.all = all;
    }

    /** Adds a finding; {@code what} never quotes the message. */
    public void add(Strength strength, Place place, String what) {
        all.add(new Finding(check, strength, place, what));
    }
}
