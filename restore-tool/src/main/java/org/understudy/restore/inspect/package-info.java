/**
 * Validates a whole source without server or store: each item gets a line of evidence, and the totals add up.
 *
 * <p>Invariants: items come out in the order of the source, each in exactly one bin; memory does not grow with their
 * number; nothing of a message is kept but its identity and findings; an inspection that did not come to the end says so
 * and never looks like one that did.
 *
 * <p>Line format: one JSON object an item with {@code item} (path), {@code ordinal} and {@code bin} ({@code message},
 * {@code unreadable} or {@code ignored}); a message has {@code user}, {@code mailbox}, {@code uid} (left out where the
 * source gives none), {@code messageId}, {@code internalDate}, {@code date} (left out where it cannot be read), {@code
 * size}, {@code digest} (SHA-256 of the form with CRLF line ends), {@code rawDigest}, {@code verdict} and {@code
 * findings}; the others have {@code why}. Where sources were compared,
 * {@code best} names the best copy ({@code source}, {@code item}, {@code ordinal}, {@code verdict}, {@code why}), and what
 * only another source holds follows with the bin {@code only-there} and its {@code source}. The last line is {@code
 * {"totals": ...}}, with {@code "copies"} where sources were compared; see {@link
 * org.understudy.restore.inspect.InspectionSummary} and {@code org.understudy.restore.copies.CopyTotals}.
 */
@NullMarked
package org.understudy.restore.inspect;

import org.jspecify.annotations.NullMarked;
