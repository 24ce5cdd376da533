package org.understudy.restore.source.pst;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.understudy.storage.keyspace.Flags;

/** Flags, keywords and date of arrival of a message, by its properties ([MS-OXCMSG], [MS-OXOMSG], [MS-OXOFLAG]). */
final class State {
    private static final int MESSAGE_FLAGS = 0x0e07;
    private static final int READ = 0x01;
    private static final int UNSENT = 0x08;
    private static final int MESSAGE_STATUS = 0x0e17;
    private static final int MARKED_DELETED = 0x08;
    private static final int ANSWERED = 0x200;
    private static final int LAST_VERB = 0x1081;
    private static final Set<Integer> REPLIES = Set.of(102, 103, 108);
    private static final int FORWARD = 104;
    private static final int FLAG_STATUS = 0x1090;
    private static final int FOLLOW_UP = 2;
    private static final int MADE = 0x3007;
    private static final int CHANGED = 0x3008;

    private State() {}

    /** @param categories the id of the property that holds Outlook's categories, or 0 */
    static Flags flags(Properties properties, int categories) throws IOException {
        int flags = properties.integer(MESSAGE_FLAGS).orElse(0);
        int status = properties.integer(MESSAGE_STATUS).orElse(0);
        int verb = properties.integer(LAST_VERB).orElse(0);
        int system = (flags & READ) != 0 ? Flags.SEEN : 0;
        system |= (flags & UNSENT) != 0 ? Flags.DRAFT : 0;
        system |= (status & ANSWERED) != 0 || REPLIES.contains(verb) ? Flags.ANSWERED : 0;
        system |= (status & MARKED_DELETED) != 0 ? Flags.DELETED : 0;
        system |= properties.integer(FLAG_STATUS).orElse(0) == FOLLOW_UP ? Flags.FLAGGED : 0;
        Set<String> keywords = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        if (verb == FORWARD) {
            keywords.add("$Forwarded");
        }
        if (categories != 0) {
            for (String category : properties.strings(categories)) {
                String keyword = keyword(category);
                if (!keyword.isEmpty()) {
                    keywords.add(keyword);
                }
            }
        }
        return Flags.of(system, keywords);
    }

    /** A category as a keyword can be written (RFC 9051 section 9): blanks and specials become {@code _}. */
    private static String keyword(String category) {
        return category.strip().replaceAll("[^\\x21-\\x7e]|[(){%*\"\\\\\\]]", "_");
    }

    /** When it came, else when it was sent, else when it was made here. */
    static Optional<Instant> arrived(Properties properties) throws IOException {
        for (int id : new int[] {MailHeader.DELIVERED, MailHeader.SUBMITTED, MADE, CHANGED}) {
            Optional<Instant> time = properties.time(id).filter(one -> one.isAfter(Instant.EPOCH));
            if (time.isPresent()) {
                return time;
            }
        }
        return Optional.empty();
    }
}
