package org.understudy.server.mailbox;

import java.time.Instant;
import org.understudy.storage.Content;

/**
 * A message that a session delivers.
 *
 * @param internalDate millisecond precision
 * @param flags without {@code \Recent}
 */
public record Arriving(Content content, Instant internalDate, javax.mail.Flags flags) {}
