/**
 * Tells the system's supervisor how the server is: systemd, by the protocol of sd_notify(3), where it has set {@code
 * NOTIFY_SOCKET}. Elsewhere nothing is told.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>READY=1 is told once all listeners accept, STOPPING=1 before the first session is ended.
 *   <li>RELOADING=1 is told before certificates are read again, READY=1 after it, whatever came of it.
 *   <li>WATCHDOG=1 is told only after a connection of our own has had a greeting; a server that does not greet is
 *       restarted, one whose disk is slow is not.
 * </ul>
 */
@NullMarked
package org.understudy.server.supervise;

import org.jspecify.annotations.NullMarked;
