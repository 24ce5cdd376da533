/**
 * The console: pages for browsers beside the admin API, on the same listeners, under {@code /console} (docs/console.md).
 *
 * <p>Rules:
 *
 * <ul>
 *   <li>Everything is written on the server and works without a script; the one script (htmx) brings live progress.
 *   <li>A page's policy allows no script, style, picture or connection but this server's own, and none inline.
 *   <li>Who looks is known by a session: a random 256 bits in a cookie that scripts cannot read, kept here as its digest.
 *       It ends by logging out, after half an hour without a request, after twelve hours, and with the token, the account
 *       or the role by which it began.
 *   <li>A form is taken only with the session's own token in it, and from a page of this server.
 *   <li>Each route names the role that it needs; {@link org.understudy.server.access.Identity#require} decides. What is done
 *       is done by the same operations as the API's and is noted in the same audit log.
 *   <li>All text is escaped where it is written ({@code Html}); names from mail show what hides in them.
 *   <li>Mail is quoted to engineers and admins only, a bounded piece of it, which the restore's log notes; that of messages
 *       which may be another user's, to nobody.
 *   <li>No page reads all of a long list: verdicts are read by cursor, reports and plans by the indexes beside them, the
 *       audit log from its end. What must be read whole is read beside the page, which waits for some tens of
 *       milliseconds and then says that it is being read ({@code Prepared}).
 * </ul>
 *
 * <p>Not guaranteed: that a page is up to date a moment after it was written, but for the progress of work.
 */
@NullMarked
package org.understudy.server.console;

import org.jspecify.annotations.NullMarked;
