package org.understudy.server.doctor;

/**
 * What one check says.
 *
 * @param check a word of a fixed list, for example {@code disk}
 * @param found what is there, in one sentence without an end mark
 * @param change what to do about it; empty if nothing is to be done
 */
public record Advice(String check, Level level, String found, String change) {
    /** How bad it is, from good to bad. */
    public enum Level {
        OK,
        /** It works, and somebody should know or change something. */
        WARN,
        /** The server will not start, will lose mail, or will break down under load. */
        FAIL
    }

    public Advice {
        if (found.isBlank() || (level != Level.OK && change.isBlank())) {
            throw new IllegalArgumentException("advice without words: " + check);
        }
    }

    static Advice ok(String check, String found) {
        return new Advice(check, Level.OK, found, "");
    }

    static Advice warn(String check, String found, String change) {
        return new Advice(check, Level.WARN, found, change);
    }

    static Advice fail(String check, String found, String change) {
        return new Advice(check, Level.FAIL, found, change);
    }
}
