package org.understudy.server.mailbox;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.james.mailbox.acl.ACLDiff;
import org.apache.james.mailbox.exception.UnsupportedRightException;
import org.apache.james.mailbox.model.MailboxACL;
import org.apache.james.mailbox.model.MailboxACL.EntryKey;
import org.apache.james.mailbox.model.MailboxACL.Rfc4314Rights;
import org.understudy.storage.Rows;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.MailboxId;

/**
 * Access control lists (RFC 4314), one row an identifier: the owner is the mailbox id in decimal, the key the identifier
 * as RFC 4314 writes it, the value its rights as ASCII letters.
 */
final class AccessLists {
    private final Rows rows;

    AccessLists(Rows rows) {
        this.rows = rows;
    }

    MailboxACL of(MailboxId mailbox) throws UnsupportedRightException {
        Map<EntryKey, Rfc4314Rights> entries = new HashMap<>();
        for (Map.Entry<String, byte[]> row : rows.list(mailbox.toString(), "").entrySet()) {
            entries.put(EntryKey.deserialize(row.getKey()), rights(row.getValue()));
        }
        return new MailboxACL(entries);
    }

    /** Applies the command to the present list as one effect. */
    ACLDiff update(MailboxId mailbox, MailboxACL.ACLCommand command, Author author) throws UnsupportedRightException {
        MailboxACL others = of(mailbox);
        EntryKey key = command.getEntryKey();
        Change change = new Change(command);
        rows.update(mailbox.toString(), key.serialize(), change::apply, author);
        return ACLDiff.computeDiff(others.replace(key, change.before), others.replace(key, change.after));
    }

    /** Replaces the whole list as one effect. */
    ACLDiff set(MailboxId mailbox, MailboxACL list, Author author) throws UnsupportedRightException {
        MailboxACL before = of(mailbox);
        Map<String, byte @org.jspecify.annotations.Nullable []> changes = new HashMap<>();
        for (EntryKey key : before.getEntries().keySet()) {
            changes.put(key.serialize(), null);
        }
        list.getEntries().forEach((key, rights) -> changes.put(key.serialize(), bytes(rights)));
        rows.write(mailbox.toString(), changes, author);
        return ACLDiff.computeDiff(before, list);
    }

    private static Rfc4314Rights rights(byte[] value) throws UnsupportedRightException {
        return Rfc4314Rights.deserialize(new String(value, StandardCharsets.US_ASCII));
    }

    private static byte[] bytes(Rfc4314Rights rights) {
        return rights.serialize().getBytes(StandardCharsets.US_ASCII);
    }

    /** One entry before and after a command. */
    private static final class Change {
        private final MailboxACL.ACLCommand command;
        private Rfc4314Rights before = MailboxACL.NO_RIGHTS;
        private Rfc4314Rights after = MailboxACL.NO_RIGHTS;

        Change(MailboxACL.ACLCommand command) {
            this.command = command;
        }

        Optional<byte[]> apply(Optional<byte[]> present) {
            try {
                before = present.isPresent() ? rights(present.get()) : MailboxACL.NO_RIGHTS;
                after = switch (command.getEditMode()) {
                    case ADD -> before.union(command.getRights());
                    case REMOVE -> before.except(command.getRights());
                    case REPLACE -> command.getRights();
                };
                return after.isEmpty() ? Optional.empty() : Optional.of(bytes(after));
            } catch (UnsupportedRightException e) {
                throw new IllegalStateException("rights that James made are not rights that James knows", e);
            }
        }
    }
}
