package org.understudy.restore.job;

import java.time.Instant;

/**
 * One person's consent to one plan.
 *
 * @param by who, as the operator gave it
 * @param planHash SHA-256 of plan.json, 64 hexadecimal digits
 */
public record Approval(String by, String planHash, Instant at) {}
