/**
 * Commands that change many messages at once: STORE, COPY, MOVE, EXPUNGE, UID EXPUNGE and CLOSE (RFC 9051 sections 6.4
 * and 6.3.9, RFC 4315, RFC 6851, RFC 7162). A command is one effect of the store, whatever sequence set it names: all of
 * it is on disk when the tagged OK is sent, or none of it.
 *
 * <pre>
 * request - UidSets - BulkMailbox (server.mailbox) - one effect, one event
 *              |
 *           FetchLines, untagged EXPUNGE and VANISHED: written in bulk
 * </pre>
 *
 * <p>Not guaranteed: that what a command names is still there; what another session expunged meanwhile is passed over.
 */
@NullMarked
package org.understudy.server.imap.change;

import org.jspecify.annotations.NullMarked;
