package org.understudy.server.soak;

/** The server and the model disagree. */
final class Difference extends RuntimeException {
    private static final long serialVersionUID = 1;

    Difference(String what) {
        super(what);
    }

    static void unless(boolean holds, String format, Object... words) {
        if (!holds) {
            throw new Difference(String.format(java.util.Locale.ROOT, format, words));
        }
    }
}
