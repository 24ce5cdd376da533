package org.understudy.server.imap.list;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What STATUS can say of a mailbox (RFC 9051 section 6.3.11; RFC 7162, 7889, 8474, 9208). */
public enum StatusItem {
    MESSAGES,
    SIZE,
    DELETED,
    DELETED_STORAGE,
    RECENT,
    UIDNEXT,
    HIGHESTMODSEQ,
    UIDVALIDITY,
    UNSEEN,
    MAILBOXID,
    APPENDLIMIT;

    /** As it goes over the wire. */
    String word() {
        return name().replace('_', '-');
    }

    static Optional<StatusItem> of(String word) {
        String upper = word.toUpperCase(Locale.ROOT);
        return Arrays.stream(values()).filter(item -> item.word().equals(upper)).findFirst();
    }
}
