package org.understudy.server.audit;

/** Where everything is noted that people of the staff do. Thread-safe. */
public interface AuditLog {
    /**
     * Notes an event; when this returns it is on disk.
     *
     * @throws org.understudy.storage.OperatorException if it cannot be written and the configuration has it that nothing
     *     may then be done ({@code audit.required})
     */
    void record(AuditEvent event);

    /** Whether every event so far could be written, and the log is whole as far as is known. */
    AuditStatus status();

    /** One that keeps nothing. */
    static AuditLog none() {
        return new AuditLog() {
            @Override
            public void record(AuditEvent event) {
                // There is nothing to write to.
            }

            @Override
            public AuditStatus status() {
                return AuditStatus.OFF;
            }
        };
    }
}
