package org.understudy.server.work;

/**
 * Something that happened to a piece of work, as server-sent events have it.
 *
 * @param id from 1 up within the work; some may be left out where progress came faster than it is told
 * @param name {@code progress}, {@code note} or {@code end}
 * @param data one line of JSON
 */
public record WorkEvent(long id, String name, String data) {
    public static final String PROGRESS = "progress";
    public static final String NOTE = "note";
    public static final String END = "end";

    /** Whether it is the last one. */
    public boolean last() {
        return name.equals(END);
    }
}
