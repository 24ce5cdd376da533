/**
 * James's mailbox interfaces over the mail store.
 *
 * <p>What a session does to a mailbox is one effect of the store: an append, a range of flag changes, a range of copies,
 * moves or expunges. The store answers on the calling thread, and a write returns when it is on disk; so nothing here
 * changes threads, and whoever calls must not be an event loop. James's events go out after the effect, on the same
 * thread, and those that add messages to one mailbox in the order of their UIDs.
 *
 * <p>Message content is lazy: flags, UIDs, dates and sizes never read a body, headers read the header block only, and
 * a body streams in chunks.
 *
 * <p>Not guaranteed: a quota limit is checked before the effect, so two sessions that append at the same moment can
 * together pass it by one message each. Attachments are not stored on their own by appends; they lie in the body.
 */
@NullMarked
package org.understudy.server.mailbox;

import org.jspecify.annotations.NullMarked;
