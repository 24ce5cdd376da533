/**
 * Moves users from another cluster: each account is fetched, replayed into live under the UIDs that it had, kept up to date
 * round by round, and cut over once both sides were read again and are equal (docs/migration.md, ADR 29).
 *
 * <p>On disk, below {@code migrations/NAME/}: {@code migration.json}, the migration itself; {@code log}; for each user
 * {@code users/USER/spool} (IMAP only), {@code findings} and {@code proof-N.json} with signature and text. What was brought
 * into which mailbox stands in the live store's journal, in rows that are written with what they record.
 *
 * <p>Invariants: nothing on the old side is ever changed; a message of the old side is never left out without being named;
 * what others brought into a live mailbox is never expunged; the same round done twice changes nothing the second time.
 *
 * <p>Not guaranteed: that the old side stands still. Whoever cuts a user over says so, or has a command see to it; what
 * arrives there nevertheless is named by the next proof.
 */
@NullMarked
package org.understudy.restore.migrate;

import org.jspecify.annotations.NullMarked;
