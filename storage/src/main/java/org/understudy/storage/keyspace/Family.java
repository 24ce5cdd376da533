package org.understudy.storage.keyspace;

import java.nio.charset.StandardCharsets;

/**
 * The column families of a store, by access pattern. Names lie on disk and never change meaning; the byte forms of keys
 * and values are in docs/on-disk-format.md.
 */
public enum Family {
    /** mailbox id -> {@link MailboxRow}. */
    MAILBOX("mailbox"),
    /** namespace, owner, name -> mailbox id, of live mailboxes. */
    PATH("path"),
    /** mailbox id -> {@link MailboxState}. */
    STATE("mailbox-state"),
    /** mailbox id, index -> keyword. */
    KEYWORD("keyword"),
    /** mailbox id, UID -> {@link MessageFacts}. */
    MESSAGE("message"),
    /** mailbox id, UID / 1024 -> packed flags of up to 1,024 messages. */
    FLAG_CHUNK("flag-chunk"),
    /** mailbox id, UID -> flags that have changed since the chunk was written. */
    FLAG_OVERRIDE("flag-override"),
    /** mailbox id, MODSEQ -> UIDs that changed or vanished with it. */
    CHANGE("change"),
    /** message id, mailbox id, UID -> nothing. */
    PLACE("place"),
    /** body id, chunk -> bytes. */
    BODY("body"),
    /** first half of a body's SHA-256 -> body id. */
    BODY_INDEX("body-index"),
    /** mailbox id, UID -> {@link ExpungedMessage}. */
    EXPUNGED("expunged"),
    /** user name -> account. */
    ACCOUNT("account"),
    SUBSCRIPTION("subscription"),
    ANNOTATION("annotation"),
    ACCESS_LIST("access-list"),
    QUOTA_LIMIT("quota-limit"),
    ATTACHMENT("attachment"),
    /** key -> a row of the restore journal. */
    JOURNAL("journal"),
    SETTING("setting"),
    /** name -> the next id that was never given out. */
    COUNTER("counter"),
    /** mailbox id, UID -> {@link org.understudy.storage.mime.MessageStructure}; since version 2. */
    STRUCTURE("structure");

    private final String columnFamily;

    Family(String columnFamily) {
        this.columnFamily = columnFamily;
    }

    public String columnFamily() {
        return columnFamily;
    }

    public byte[] nameBytes() {
        return columnFamily.getBytes(StandardCharsets.UTF_8);
    }
}
