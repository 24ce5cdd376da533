package org.understudy.restore.validate;

/**
 * One typed piece of evidence, by one check.
 *
 * @param check name of the check, for example {@code maildir-size}; stable, documented in docs/verdicts.md
 * @param place where in the message or file
 * @param what what was expected and what was found; never message content
 */
public record Finding(String check, Strength strength, Place place, String what) {
    /** How much a finding weighs. */
    public enum Strength {
        /** Shows that the bytes are the delivered ones. */
        PROOF,
        /** Agrees. */
        SUPPORT,
        /** Neither here nor there, but worth knowing: damaged and whole mail both show it. */
        NOTE,
        /** Speaks against the message; whole mail seldom shows it. */
        DOUBT,
        /** Shows that the bytes are not the delivered ones. */
        CONTRADICTION;

        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Where. */
    public sealed interface Place {
        /** The message as a whole. */
        record Whole() implements Place {}

        /** Octets from {@code offset} on, of the bytes as they lie in the source. */
        record Octets(long offset, long length) implements Place {}

        /** A header field, by name. */
        record Header(String name) implements Place {}

        /** The name or the metadata of the file. */
        record FileName() implements Place {}

        default String text() {
            return switch (this) {
                case Whole w -> "message";
                case Octets o -> "octet " + o.offset() + (o.length() > 1 ? " to " + (o.offset() + o.length() - 1) : "");
                case Header h -> "header " + h.name();
                case FileName f -> "file name";
            };
        }
    }
}
