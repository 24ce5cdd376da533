package org.understudy.storage.keyspace;

/** Who wanted a message gone. The code is what lies on disk. */
public enum ExpungeReason {
    /** A mail program expunged it. */
    USER(1),
    /** It was moved to another mailbox of the same user; the message itself lives on. */
    MOVE(2),
    /** The whole mailbox was deleted. */
    MAILBOX_DELETED(3),
    QUOTA(4),
    ADMIN(5),
    /** A restore's merge was taken back. */
    UNDO(6);

    private final int code;

    ExpungeReason(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /** @throws IllegalArgumentException if no reason has this code */
    public static ExpungeReason of(int code) {
        for (ExpungeReason reason : values()) {
            if (reason.code == code) {
                return reason;
            }
        }
        throw new IllegalArgumentException("unknown expunge reason " + code);
    }
}
