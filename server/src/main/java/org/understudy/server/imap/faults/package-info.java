/**
 * What mail programs are told when the store's disk fails: a tagged {@code NO [UNAVAILABLE]} (RFC 5530) for the command
 * that met the fault, with words that say what is not there and that nothing was deleted; the connection lives, and other
 * mailboxes go on.
 *
 * <p>Not guaranteed: words for a fault that a processor answers by itself with a response code of its own.
 */
@NullMarked
package org.understudy.server.imap.faults;

import org.jspecify.annotations.NullMarked;
