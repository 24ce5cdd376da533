/**
 * FETCH (RFC 9051 section 6.4.5) of our own, straight from the store's rows: what it reads of a message is what was asked
 * for, and what it sends are octets that lie in rows and bodies. With CONDSTORE and QRESYNC (RFC 7162), BINARY (RFC 3516),
 * OBJECTID (RFC 8474) and SAVEDATE (RFC 8514).
 *
 * <pre>
 * FetchParser - FetchOrder - FetchCommand - FetchPass - Sweep (windows of rows)
 *                                              |
 *                        Line, SectionOctets, BodyOctets - DirectResponse - ReplySink
 * </pre>
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A response begins only when all that it needs has been read, so that a damaged message costs nothing but itself:
 *       the others are answered, and the tagged reply is NO and names the UIDs that are left out.
 *   <li>A command holds one window of rows, one buffer of lines and one body; of a large body all chunks
 *       while it is sent, but 8 MiB for all connections together, and one chunk of 1 MiB where that is used up.
 *   <li>Header fields and parts are sent as they stand in the message.
 * </ul>
 */
@NullMarked
package org.understudy.server.imap.fetch;

import org.jspecify.annotations.NullMarked;
