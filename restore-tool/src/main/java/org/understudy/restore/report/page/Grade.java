package org.understudy.restore.report.page;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.validate.Verdict;

/** The verdicts, and unreadable, in the order in which charts stack them. */
enum Grade {
    PROVEN("A trusted checksum agrees: these are the bytes that were stored."),
    CONSISTENT("Nothing speaks against it: sizes, structure, encodings and dates agree."),
    SUSPECT("Something speaks against it, though it may be whole. A merge holds it apart."),
    DAMAGED("These are not the bytes that were delivered. It is not merged."),
    UNREADABLE("It should be a message, and could not be read as one. It is not merged.");

    /** Those that someone should look at, worst first. */
    static final List<Grade> UNSOUND = List.of(DAMAGED, UNREADABLE, SUSPECT);

    private final String meaning;

    Grade(String meaning) {
        this.meaning = meaning;
    }

    /** @param verdict null for an item that is no readable message */
    static Grade of(@Nullable Verdict verdict) {
        if (verdict == null) {
            return UNREADABLE;
        }
        return switch (verdict) {
            case PROVEN -> PROVEN;
            case CONSISTENT -> CONSISTENT;
            case SUSPECT -> SUSPECT;
            case DAMAGED -> DAMAGED;
        };
    }

    /** Lower case; also the name of its style. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** One sentence or two for people. */
    String meaning() {
        return meaning;
    }
}
