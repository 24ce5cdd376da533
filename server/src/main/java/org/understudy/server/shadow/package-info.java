/**
 * Shadows in mail programs: a login name of the form {@code WHO/RESTORE/WHOSE} opens, for reading only, what a restore
 * would bring back to one user (docs/adr/0007-shadows-over-imap.md).
 *
 * <pre>
 * LOGIN, AUTHENTICATE PLAIN
 *      |
 * ShadowLogins      tells shadows from users; once logged in, all of a session's commands go one way
 *      |
 * ShadowDoor        password, then role, then the restore's terms: open, not now, or as if the password were wrong
 *      |
 * ShadowViews       one view for each restore, user and audience; opened when asked for, closed when idle or outdated
 *      |
 * ShadowView        James's managers over a store of its own; ReadOnlyCommands before them
 *      |
 * shadows/ID/views/N   a copy of the shadow by hard links, arranged by ViewArrangement, then opened read-only
 * </pre>
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>Looking changes nothing: the shadow's own store is neither opened nor locked, and a view's store is open
 *       read-only, below rights and commands that refuse writing too.
 *   <li>A view shares nothing with live mail but the password check: its own managers, event bus, search and quotas.
 *   <li>No step of a restore waits for a view or fails because of one; the view ends when the step begins.
 *   <li>What an owner must not see is not in the owner's view: it is taken out of the copy before anybody can log in.
 *   <li>Who looked at whose mail, in which role, from where, when and how long stands in the restore's log.
 * </ul>
 *
 * <p>Not guaranteed: that a session ends in the same moment as a step begins (it takes up to a second), or that its
 * running command sees the end of it.
 */
@NullMarked
package org.understudy.server.shadow;

import org.jspecify.annotations.NullMarked;
