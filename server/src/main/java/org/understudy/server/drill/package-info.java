/**
 * The part of a drill that only a running server can do: reading what a restore would bring back as mail programs do, over
 * TLS, through the server's own listener and the door to shadows.
 *
 * <p>Invariants: the login is good for one shadow of one drill, until that was read; no account has its name. Nothing but
 * reading commands are given. A message counts as read only when its octets gave the digest that it should have.
 */
@NullMarked
package org.understudy.server.drill;

import org.jspecify.annotations.NullMarked;
