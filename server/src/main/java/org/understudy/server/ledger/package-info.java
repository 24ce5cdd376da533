/**
 * The TLS ledger: which host names clients ask for, who logs in under them with what program, and how it ends where nobody
 * logs in, the alerts that clients send included (docs/tls-ledger.md).
 *
 * <pre>
 * connection - Sighting - (queue) - Ledger thread - rows in memory, bounded
 *                                                 - LedgerFile: data/ledger/rows.jsonl, a batch a second
 * 'understudy tls ...' - LedgerReader - rows.jsonl and imported files, without the server
 * </pre>
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>Who makes a sighting never waits and never touches a file: a full queue drops it and counts that.
 *   <li>Rows with a user and rows without have a bound of their own each, so that strangers cannot push out users. The row
 *       that was seen least recently is folded into a sum; sums are kept and shown.
 *   <li>What stands in the file survives kill -9 of the server; a sighting of the last second may not. Rows of the last ten
 *       seconds may be lost with the machine's power.
 *   <li>Names come from strangers: they are checked, cut and freed of what could forge a line before they are kept.
 * </ul>
 *
 * <p>Not kept: addresses of clients, passwords, names that failed to log in. Not guaranteed: that a host name is one of ours;
 * strangers may ask for any.
 */
@NullMarked
package org.understudy.server.ledger;

import org.jspecify.annotations.NullMarked;
