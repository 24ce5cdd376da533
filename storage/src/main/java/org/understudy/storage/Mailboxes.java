package org.understudy.storage;

import java.util.List;
import java.util.Optional;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MailboxState;

/** The mailboxes: their names, identities and counters. Writing methods are effects, as {@link Messages} describes. */
public final class Mailboxes {
    Mailboxes() {}

    /**
     * @param uidValidity 1 to 2^32-1
     * @throws OperatorException {@link Reason#CONFLICT} if a mailbox has that path
     */
    public MailboxRow create(MailboxPath path, long uidValidity, Author author) {
        throw new IllegalStateException();
    }

    /** Renames one mailbox, none below it; id and UIDVALIDITY stay. */
    public MailboxRow rename(MailboxId id, MailboxPath to, Author author) {
        throw new IllegalStateException();
    }

    /**
     * Deletes a mailbox. Its messages go to the expunge log; its row stays, marked, so that both can be brought back;
     * annotations and access list go.
     */
    public void delete(MailboxId id, Author author) {
        throw new IllegalStateException();
    }

    /** The live mailbox of that path. */
    public Optional<MailboxRow> find(MailboxPath path) {
        throw new IllegalStateException();
    }

    /** The mailbox of that id, deleted ones too. */
    public Optional<MailboxRow> find(MailboxId id) {
        throw new IllegalStateException();
    }

    /** The live mailboxes of one owner, by name. */
    public List<MailboxRow> ofOwner(String namespace, String owner) {
        throw new IllegalStateException();
    }

    /** All live mailboxes, by path. */
    public List<MailboxRow> all() {
        throw new IllegalStateException();
    }

    /** All mailboxes that were deleted, by id. */
    public List<MailboxRow> deleted() {
        throw new IllegalStateException();
    }

    public MailboxState state(MailboxId id) {
        throw new IllegalStateException();
    }

    /** Gives out the next UID, durably, without a message: for callers that place the message themselves. */
    public long reserveUid(MailboxId id, Author author) {
        throw new IllegalStateException();
    }

    /** Gives out the next MODSEQ, durably, without a change. */
    public long reserveModSeq(MailboxId id, Author author) {
        throw new IllegalStateException();
    }

    /** Every keyword that a message of the mailbox has or had. */
    public List<String> keywords(MailboxId id) {
        throw new IllegalStateException();
    }
}
