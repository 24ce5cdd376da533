/**
 * The proof of blast radius: what a merge or an undo touched in the live store, read back from the store's write-ahead log
 * and held against what it was to touch.
 *
 * <p>Each effect in the log names its author. The rules: an effect of this restore touches only keys that its plan (or,
 * for an undo, its journal) explains, and all of those; no effect is without a known author; nobody else writes what only
 * this restore may write, or changes a mailbox without its counters. A part of the log that is missing makes a proof
 * incomplete, never passed. The rules key by key are in docs/proof-of-blast-radius.md.
 *
 * <p>Not guaranteed: anything about files that were taken in beside the log (bodies). They are proven by reading every
 * merged message back.
 */
@NullMarked
package org.understudy.restore.proof;

import org.jspecify.annotations.NullMarked;
