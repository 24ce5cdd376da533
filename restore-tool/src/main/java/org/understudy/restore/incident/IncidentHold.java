package org.understudy.restore.incident;

import java.time.Instant;
import java.util.List;

/**
 * One hold.
 *
 * @param id grows with time as text: {@code 20260527T020000123Z-3fa9}
 * @param by who set it: a person's name, or the part of the program
 * @param because why, one or a few sentences
 * @param automatic whether the program set it
 * @param host the machine that it was set on
 * @param concerned whose mail is concerned, as far as it is known
 */
public record IncidentHold(
        String id,
        Instant since,
        String by,
        String because,
        boolean automatic,
        String host,
        List<Concerned> concerned) {
    public IncidentHold {
        concerned = List.copyOf(concerned);
    }

    /**
     * The end of a hold.
     *
     * @param id that of the hold
     * @param by the person who says that it may end
     */
    public record Release(String id, Instant at, String by, String because, String host) {}
}
