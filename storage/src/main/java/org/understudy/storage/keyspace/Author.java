package org.understudy.storage.keyspace;

/** Who causes an effect; its tag stands in the write-ahead log before the effect's rows. */
public sealed interface Author {
    /** A mail program's or delivery's session. */
    record Session(String user, String sessionId) implements Author {}

    /** A restore's merge or undo. */
    record Restore(String restoreId) implements Author {}

    /** The server itself, or an administrator's command. */
    record Housekeeping(String task) implements Author {}

    /** {@code session:USER:ID}, {@code restore:ID} or {@code system:TASK}; never a secret. */
    default String tag() {
        return switch (this) {
            case Session s -> "session:" + s.user() + ":" + s.sessionId();
            case Restore r -> "restore:" + r.restoreId();
            case Housekeeping h -> "system:" + h.task();
        };
    }
}
