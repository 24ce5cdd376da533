package org.understudy.restore.source.imap;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What a spool holds of one mailbox. Changed only by {@link SpoolState}. */
final class SpoolBox {
    /** Our own mark of a mailbox in a namespace of other users or of all. */
    static final String FOREIGN = "x-of-others";

    /** Messages under one UIDVALIDITY. */
    record Generation(long uidValidity, NavigableMap<Long, SpoolEntry> entries) {}

    final int number;
    /** As the server wrote it, octets as ISO 8859-1. */
    final String name;

    final String delimiter;
    List<String> attributes = List.of();
    boolean subscribed;
    /** Whether the newest list of the server's has it. */
    boolean listed = true;
    /** Why it could not be opened in the newest run, or empty. */
    String failure = "";
    /** How many messages the server counts and does not list. */
    long unlisted;

    final List<Generation> earlier = new ArrayList<>();
    Generation current = new Generation(0, new TreeMap<>());

    SpoolBox(int number, String name, String delimiter) {
        this.number = number;
        this.name = name;
        this.delimiter = delimiter;
    }

    boolean hasAttribute(String attribute) {
        return attributes.stream().anyMatch(attribute::equalsIgnoreCase);
    }

    /** Whether it is only a level of names, or not this user's. */
    boolean isNoMailbox() {
        return hasAttribute("\\Noselect") || hasAttribute("\\NonExistent") || hasAttribute(FOREIGN);
    }
}
