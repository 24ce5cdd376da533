package org.understudy.server.imap.grammar;

import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.mailbox.exception.AnnotationException;
import org.apache.james.mailbox.exception.InsufficientRightsException;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.exception.MailboxExistsException;
import org.apache.james.mailbox.exception.MailboxNameException;
import org.apache.james.mailbox.exception.MailboxNotFoundException;
import org.apache.james.mailbox.exception.OverQuotaException;
import org.apache.james.mailbox.exception.TooLongMailboxNameException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** What users are told of a mailbox's fault (RFC 5530). */
public final class MailboxFaults {
    private MailboxFaults() {}

    /** What James's publishers wrapped, or the exception itself. */
    static @Nullable Throwable cause(RuntimeException e) {
        return e.getCause() == null ? e : e.getCause();
    }

    /** The answer to a fault; one that nobody expects goes into the log. */
    public static Ending ending(MailboxException e, Logger log) {
        return switch (e) {
            case MailboxNotFoundException missing -> Ending.no("NONEXISTENT", "Mailbox not found.");
            case MailboxExistsException exists -> Ending.no("ALREADYEXISTS", "Mailbox already exists.");
            case TooLongMailboxNameException name -> new Ending.Bad("Mailbox name is too long.");
            case MailboxNameException name -> Ending.no("CANNOT", "The name cannot be a mailbox's.");
            case InsufficientRightsException rights -> Ending.no("NOPERM", "You do not have the right to do that.");
            case OverQuotaException quota -> Ending.no("OVERQUOTA", "The quota does not allow it.");
            case AnnotationException annotation -> Ending.no("", String.valueOf(annotation.getMessage()));
            default -> {
                log.error("a mailbox could not be used", e);
                yield Ending.no("SERVERBUG", "The server failed; its log says why.");
            }
        };
    }

    /** What a name must not begin with, unless it is the user's own namespace. */
    public static boolean foreign(String name, ImapSession session) {
        char delimiter = session.getMailboxSession().getPathDelimiter();
        return name.startsWith("#") && !name.startsWith("#private" + delimiter) && !name.equals("#private");
    }
}
