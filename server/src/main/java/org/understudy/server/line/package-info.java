/**
 * What protocols of lines have in common, as LMTP and POP3 are: listeners, TLS, turns, deadlines, back-pressure.
 *
 * <pre>
 * socket - [PROXY header] - [SniHandler] - LineConnection     event loop: octets, phases, deadlines
 *                                               |
 *                                    Turns on CommandThreads   Dialogue: takes octets, writes replies
 *                                               |
 *                                          ReplyWriter         back to the socket
 * </pre>
 *
 * <p>Invariants: a dialogue runs in one turn at a time, never on an event loop. While it does, and until its replies have
 * reached the socket, no octet is read, so that a client that sends faster than it is served, or takes in nothing, costs one
 * network read. Replies to commands that came together leave together.
 */
@NullMarked
package org.understudy.server.line;

import org.jspecify.annotations.NullMarked;
