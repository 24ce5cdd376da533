/**
 * SEARCH, SORT and THREAD on the wire (RFC 9051 section 6.4.4, RFC 4731, 5032, 5182, 5256, 5267, 5957, 7162, 8474, 8514):
 * parsing, and the answers. What is found is decided in {@link org.understudy.server.search}.
 *
 * <p>Invariants: the client's charset is obeyed or refused with BADCHARSET; a search that names sequence numbers is answered
 * by those that the session has told its client; {@code $} means messages, not numbers, in whichever command it stands.
 */
@NullMarked
package org.understudy.server.imap.search;

import org.jspecify.annotations.NullMarked;
