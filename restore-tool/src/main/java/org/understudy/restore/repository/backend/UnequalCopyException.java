package org.understudy.restore.repository.backend;

import java.io.IOException;

/** What was written reads back as something else. The name does not exist, or is what it was before. */
public final class UnequalCopyException extends IOException {
    private static final long serialVersionUID = 1;

    private final String place;
    private final String expected;
    private final String found;

    UnequalCopyException(String place, String expected, String found) {
        super(place + " reads other than it was written: expected " + expected + ", found " + found);
        this.place = place;
        this.expected = expected;
        this.found = found;
    }

    /** Where it was to be. */
    public String place() {
        return place;
    }

    public String expected() {
        return expected;
    }

    public String found() {
        return found;
    }
}
