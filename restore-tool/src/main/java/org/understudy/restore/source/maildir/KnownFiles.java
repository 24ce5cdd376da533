package org.understudy.restore.source.maildir;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the files are that mail servers and other programs put beside messages. */
public final class KnownFiles {
    private static final Map<String, String> EXACT = Map.ofEntries(
            Map.entry("dovecot-uidlist", "Dovecot's list of UIDs"),
            Map.entry("dovecot-keywords", "Dovecot's names of keywords"),
            Map.entry("dovecot-uidvalidity", "Dovecot's counter of UIDVALIDITY"),
            Map.entry("dovecot.mailbox.log", "Dovecot's log of mailbox names"),
            Map.entry("dovecot-acl", "Dovecot's access list; not restored"),
            Map.entry("dovecot-acl-list", "Dovecot's access list; not restored"),
            Map.entry("dovecot-acl-cached", "Dovecot's access list; not restored"),
            Map.entry("dovecot-quota", "Dovecot's quota; not restored"),
            Map.entry("dovecot-attributes", "Dovecot's mailbox attributes; not restored"),
            Map.entry(".dovecot.lda-dupes", "Dovecot's list of delivered Message-IDs"),
            Map.entry(".dovecot.sieve", "Sieve script; not restored"),
            Map.entry("dovecot.sieve", "Sieve script; not restored"),
            Map.entry("subscriptions", "list of subscribed mailboxes"),
            Map.entry("understudy-export.json", "Understudy's account of this export"),
            Map.entry("maildirfolder", "mark of a Maildir++ mailbox"),
            Map.entry("maildirsize", "Maildir++ quota; not restored"),
            Map.entry("courierimapuiddb", "Courier's list of UIDs"),
            Map.entry("courierimapsubscribed", "Courier's list of subscribed mailboxes"),
            Map.entry("courierimapacl", "Courier's access list; not restored"),
            Map.entry("courierimaphieracl", "Courier's access list; not restored"),
            Map.entry("courierpop3dsizelist", "Courier's POP3 sizes"),
            Map.entry("shared-maildirs", "Courier's list of shared mailboxes; not restored"),
            Map.entry("sqwebmail-config", "webmail settings"),
            Map.entry(".DS_Store", "view settings of macOS"),
            Map.entry("Thumbs.db", "view settings of Windows"),
            Map.entry("desktop.ini", "view settings of Windows"));

    private static final Map<String, String> BY_PREFIX = Map.of(
            "dovecot.index", "Dovecot's index",
            "dovecot.list.index", "Dovecot's index of mailboxes",
            "dovecot-uidvalidity.", "Dovecot's counter of UIDVALIDITY",
            "dovecot-uidlist.", "left of a change to Dovecot's list of UIDs",
            ".nfs", "a deleted file that an NFS client still had open");

    private KnownFiles() {}

    /** What a file of this name is, or null if the name says nothing. */
    public static @Nullable String reason(String name) {
        String exact = EXACT.get(name);
        if (exact != null) {
            return exact;
        }
        for (Map.Entry<String, String> prefix : BY_PREFIX.entrySet()) {
            if (name.startsWith(prefix.getKey())) {
                return prefix.getValue();
            }
        }
        if (name.endsWith(".lock")) {
            return "lock file";
        }
        return name.endsWith(".sieve") || name.endsWith(".svbin") ? "Sieve script; not restored" : null;
    }
}
