/**
 * Search, sort and thread over the store, whoever asks: what a query is, what of a message is searched, and an index of
 * that text.
 *
 * <pre>
 * Criterion ---- Evaluator ---- MailboxColumns      flags, dates, sizes: packed rows, one scan
 *                    |
 *                TextMatcher -- SearchIndex         folded text of messages, and which of them may hold a needle
 *                    |
 *                MailReader                         folded text out of the message itself, for what is not indexed
 * </pre>
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>An answer with the index equals the answer without it: the index only leaves out messages that cannot match, and
 *       each that may match is decided by the same comparison with the same text as a scan.
 *   <li>The index holds nothing that cannot be made again from the mail. It may be deleted at any time.
 *   <li>Indexing never delays an append: it is told of it after the acknowledgement, and works on a thread of its own that
 *       gives way to users.
 *   <li>A message whose text cannot be read is never silently counted as no match: it is named in the result.
 *   <li>No text of messages and no search term reaches a log.
 * </ul>
 *
 * <p>Not guaranteed: that text of messages expunged for good leaves the index before it is rebuilt.
 */
@NullMarked
package org.understudy.server.search;

import org.jspecify.annotations.NullMarked;
