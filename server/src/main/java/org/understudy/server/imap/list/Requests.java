package org.understudy.server.imap.list;

import java.util.EnumSet;
import java.util.List;
import org.apache.james.imap.api.ImapCommand;
import org.apache.james.imap.api.Tag;
import org.apache.james.imap.message.request.AbstractImapRequest;

/** The commands of this package as their parsers have understood them. */
public final class Requests {
    static final ImapCommand LIST = ImapCommand.authenticatedStateCommand("LIST");
    static final ImapCommand LSUB = ImapCommand.authenticatedStateCommand("LSUB");
    static final ImapCommand STATUS = ImapCommand.authenticatedStateCommand("STATUS");
    static final ImapCommand CREATE = ImapCommand.authenticatedStateCommand("CREATE");
    static final ImapCommand DELETE = ImapCommand.authenticatedStateCommand("DELETE");
    static final ImapCommand RENAME = ImapCommand.authenticatedStateCommand("RENAME");

    private Requests() {}

    /** Which names LIST is to choose, besides those that match. */
    enum Select {
        SUBSCRIBED,
        REMOTE,
        RECURSIVEMATCH,
        SPECIAL_USE
    }

    /** What LIST is to say of each. */
    enum Return {
        SUBSCRIBED,
        CHILDREN,
        SPECIAL_USE,
        MYRIGHTS,
        STATUS,
        METADATA
    }

    /**
     * LIST (RFC 5258).
     *
     * @param items of STATUS, where that is to be returned
     * @param entries of METADATA, where those are to be returned (RFC 9590)
     */
    record Wanted(
            String reference,
            List<String> patterns,
            EnumSet<Select> select,
            EnumSet<Return> returns,
            EnumSet<StatusItem> items,
            List<String> entries) {}

    /** LIST. */
    public static final class ListMailboxes extends AbstractImapRequest {
        private final Wanted wanted;

        ListMailboxes(Tag tag, Wanted wanted) {
            super(tag, LIST);
            this.wanted = wanted;
        }

        Wanted wanted() {
            return wanted;
        }
    }

    /** LSUB (RFC 3501 section 6.3.9). */
    public static final class Lsub extends AbstractImapRequest {
        private final String pattern;

        Lsub(Tag tag, String pattern) {
            super(tag, LSUB);
            this.pattern = pattern;
        }

        String pattern() {
            return pattern;
        }
    }

    /** STATUS. */
    public static final class Status extends AbstractImapRequest {
        private final String mailbox;
        private final EnumSet<StatusItem> items;

        Status(Tag tag, String mailbox, EnumSet<StatusItem> items) {
            super(tag, STATUS);
            this.mailbox = mailbox;
            this.items = items;
        }

        String mailbox() {
            return mailbox;
        }

        EnumSet<StatusItem> items() {
            return items;
        }
    }

    /** CREATE, perhaps with special uses as the client wrote them. */
    public static final class Create extends AbstractImapRequest {
        private final String mailbox;
        private final List<String> uses;

        Create(Tag tag, String mailbox, List<String> uses) {
            super(tag, CREATE);
            this.mailbox = mailbox;
            this.uses = List.copyOf(uses);
        }

        String mailbox() {
            return mailbox;
        }

        List<String> uses() {
            return uses;
        }
    }

    /** DELETE. */
    public static final class Delete extends AbstractImapRequest {
        private final String mailbox;

        Delete(Tag tag, String mailbox) {
            super(tag, DELETE);
            this.mailbox = mailbox;
        }

        String mailbox() {
            return mailbox;
        }
    }

    /** RENAME. */
    public static final class Rename extends AbstractImapRequest {
        private final String from;
        private final String to;

        Rename(Tag tag, String from, String to) {
            super(tag, RENAME);
            this.from = from;
            this.to = to;
        }

        String from() {
            return from;
        }

        String to() {
            return to;
        }
    }
}
