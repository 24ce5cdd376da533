/**
 * Who may use the admin API: tokens with an owner, a role and an end.
 *
 * <p>Rules:
 *
 * <ul>
 *   <li>The secret of a token is made where it is asked for, shown once and kept nowhere; {@code tokens.json} in the data
 *       folder (docs/api.md) has its SHA-256, which is enough since the secret is 256 random bits.
 *   <li>A token that is revoked or over is refused from that moment on, also on connections that are open.
 *   <li>What each role may do is said by {@link org.understudy.restore.operation.Operation#role} and nowhere else.
 * </ul>
 *
 * <p>Not guaranteed: that the time of last use survives a crash to the minute; it is written every few minutes.
 */
@NullMarked
package org.understudy.server.access;

import org.jspecify.annotations.NullMarked;
