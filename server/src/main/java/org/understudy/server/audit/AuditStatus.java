package org.understudy.server.audit;

/**
 * How the audit log stands.
 *
 * @param records number of the last record
 * @param failures events since the start that could not be written
 * @param problem what is wrong with it, or empty
 */
public record AuditStatus(long records, long failures, String problem) {
    public static final AuditStatus OFF = new AuditStatus(0, 0, "");
}
