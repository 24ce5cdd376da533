package org.understudy.restore.proof;

import java.util.ArrayList;
import java.util.List;

/**
 * What reading back every merged message from live gave: {@code messages = equal + different.size() + gone}.
 *
 * @param bytes octets that were read
 * @param equal messages whose stored bytes have the planned digest
 * @param different those whose bytes do not, or cannot be read; each with user, mailbox, UID and what was found
 * @param gone messages that a user expunged before they were read back
 */
public record Proof(long messages, long bytes, long equal, List<String> different, long gone) {
    public Proof {
        different = List.copyOf(different);
        if (messages != equal + different.size() + gone) {
            throw new IllegalArgumentException("proof does not add up: " + messages + " messages, " + equal + " equal, "
                    + different.size() + " different, " + gone + " gone");
        }
    }

    /** Whether nothing differs. */
    public boolean holds() {
        return different.isEmpty();
    }

    /** Counts while reading back. */
    public static final class Tally {
        private long messages;
        private long bytes;
        private long equal;
        private long gone;
        private final List<String> different = new ArrayList<>();

        public void equal(long octets) {
            messages++;
            equal++;
            bytes += octets;
        }

        public void different(String what) {
            messages++;
            different.add(what);
        }

        public void gone() {
            messages++;
            gone++;
        }

        public long messages() {
            return messages;
        }

        public long bytes() {
            return bytes;
        }

        public Proof proof() {
            return new Proof(messages, bytes, equal, different, gone);
        }
    }
}
