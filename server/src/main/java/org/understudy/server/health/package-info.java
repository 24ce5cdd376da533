/**
 * Whether the server lives, and whether it is ready to serve, for those who start, stop and balance servers. What is told
 * here names no user, no mailbox and no address, since anybody who reaches the port of the metrics may read it. It does not
 * say whether backups are well: alerts and {@code understudy status} do.
 */
@NullMarked
package org.understudy.server.health;

import org.jspecify.annotations.NullMarked;
