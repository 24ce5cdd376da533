package org.understudy.server.imap.list;

import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.SubscriptionManager;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.MailboxMetaData;
import org.apache.james.mailbox.model.MailboxPath;
import org.apache.james.mailbox.model.search.MailboxQuery;
import org.apache.james.mailbox.model.search.Wildcard;

/** A user's mailboxes and subscriptions at one moment, by name; INBOX goes first. */
final class Listing {
    private final SortedMap<String, MailboxMetaData> mailboxes = new TreeMap<>(Listing::inboxFirst);
    private final SortedSet<String> subscribed = new TreeSet<>(Listing::inboxFirst);
    private final Set<String> parents = new HashSet<>();
    private final char delimiter;

    private Listing(char delimiter) {
        this.delimiter = delimiter;
    }

    static int inboxFirst(String one, String other) {
        boolean first = one.equals("INBOX");
        return first == other.equals("INBOX") ? one.compareTo(other) : first ? -1 : 1;
    }

    static Listing read(MailboxManager mailboxes, SubscriptionManager subscriptions, MailboxSession session)
            throws MailboxException {
        Listing listing = new Listing(session.getPathDelimiter());
        MailboxQuery own = MailboxQuery.builder()
                .userAndNamespaceFrom(MailboxPath.forUser(session.getUser(), ""))
                .expression(Wildcard.INSTANCE)
                .build();
        for (MailboxMetaData found : mailboxes
                .search(own, MailboxManager.MailboxSearchFetchType.Minimal, session)
                .toIterable()) {
            listing.mailboxes.put(found.getPath().getName(), found);
            listing.addParents(found.getPath().getName());
        }
        for (MailboxPath path : subscriptions.subscriptions(session)) {
            if (path.belongsTo(session)) {
                listing.subscribed.add(path.getName());
            }
        }
        return listing;
    }

    private void addParents(String name) {
        for (int at = name.indexOf(delimiter); at > 0; at = name.indexOf(delimiter, at + 1)) {
            parents.add(name.substring(0, at));
        }
    }

    Map<String, MailboxMetaData> mailboxes() {
        return mailboxes;
    }

    SortedSet<String> subscribed() {
        return subscribed;
    }

    Collection<MailboxPath> paths() {
        return mailboxes.values().stream().map(MailboxMetaData::getPath).toList();
    }

    boolean exists(String name) {
        return mailboxes.containsKey(name);
    }

    /** Whether there is a mailbox below that name. */
    boolean hasChildren(String name) {
        return parents.contains(name);
    }

    /** Names above others that are no mailboxes themselves. */
    SortedSet<String> levels(Collection<String> names) {
        SortedSet<String> levels = new TreeSet<>(Listing::inboxFirst);
        for (String name : names) {
            for (int at = name.indexOf(delimiter); at > 0; at = name.indexOf(delimiter, at + 1)) {
                String above = name.substring(0, at);
                if (!mailboxes.containsKey(above)) {
                    levels.add(above);
                }
            }
        }
        return levels;
    }
}
