package org.understudy.storage.mime;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where one entity of a message lies, in octets of the stored form.
 *
 * @param headerStart first octet of its header
 * @param bodyStart first octet behind the header and the empty line that ends it
 * @param end behind the body's last octet; the line end before a boundary belongs to the boundary
 * @param children the parts of a multipart; the one message of a message; none of anything else
 */
public record Part(long headerStart, long bodyStart, long end, Kind kind, Encoding encoding, List<Part> children) {
    /** What its body is. */
    public enum Kind {
        LEAF(0),
        MULTIPART(1),
        /** A message of its own (message/rfc822, message/global), not encoded. */
        MESSAGE(2);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        /** What stands for it on disk, 0 to 15. */
        public int code() {
            return code;
        }

        /** @return empty for a code that none has */
        public static Optional<Kind> of(int code) {
            return Arrays.stream(values()).filter(kind -> kind.code == code).findFirst();
        }
    }

    /** Content-Transfer-Encoding. */
    public enum Encoding {
        /** 7bit, 8bit or binary. */
        NONE(0),
        QUOTED_PRINTABLE(1),
        BASE64(2),
        /** One that nobody here can undo. */
        UNKNOWN(3);

        private final int code;

        Encoding(int code) {
            this.code = code;
        }

        /** What stands for it on disk, 0 to 15. */
        public int code() {
            return code;
        }

        /** @return empty for a code that none has */
        public static Optional<Encoding> of(int code) {
            return Arrays.stream(values())
                    .filter(encoding -> encoding.code == code)
                    .findFirst();
        }
    }

    public Part {
        if (headerStart < 0 || bodyStart < headerStart || end < bodyStart) {
            throw new IllegalArgumentException("a part cannot have its header at " + headerStart + ", its body at "
                    + bodyStart + " and its end at " + end);
        }
        children = List.copyOf(children);
    }

    /**
     * The part that a section's numbers name (RFC 9051 section 6.4.5.1), this being the message: each number counts the
     * parts of a multipart, that of the message in a message part included; part 1 of what is no multipart is its body.
     *
     * @param path numbers from 1 on; none names the message
     * @return null if there is no such part
     */
    public @Nullable Part find(int[] path) {
        Part at = this;
        for (int depth = 0; depth < path.length; depth++) {
            boolean enters = depth > 0 && at.kind == Kind.MESSAGE;
            Part inside = enters ? at.children.getFirst() : at;
            int number = path[depth];
            if (inside.kind == Kind.MULTIPART) {
                if (number < 1 || number > inside.children.size()) {
                    return null;
                }
                at = inside.children.get(number - 1);
            } else if (number == 1 && (depth == 0 || enters)) {
                at = inside;
            } else {
                return null;
            }
        }
        return at;
    }
}
