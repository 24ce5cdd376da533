/**
 * Keeps a store from being opened for writing when that could lose mail.
 *
 * <p>RocksDB opens a database whose MANIFEST was cut short as one without tables, and then deletes the tables as
 * leftovers; a shortened write-ahead log loses its tail without a word. So a store keeps, beside the database and
 * fsynced, what the database must at least contain, and {@link org.understudy.storage.guard.StoreGuard#admit} compares
 * before every open for writing:
 *
 * <pre>
 * store/HEADER    format version and store id               {@link org.understudy.storage.guard.StoreHeader}
 * store/GUARD.a   what the database contains: MANIFEST,     {@link org.understudy.storage.guard.StoreGuard}
 * store/GUARD.b     tables, logs; the newer of two counts
 * store/WITNESS   sequence of the last durable commit
 * store/db/       RocksDB
 * </pre>
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>Deciding changes not one byte of the folder.
 *   <li>Whatever a process killed at any moment leaves behind is admitted again: guard and witness may lag behind the
 *       database, and are never ahead of what is durable.
 *   <li>A doubt is a refusal with words; nothing is made anew where something was.
 * </ul>
 *
 * <p>Not guaranteed: that the rows inside the tables are sound (RocksDB's block checksums and the scrub see to that),
 * and, after a loss of power, that commits of the last second, whose witness was not yet fsynced, are missed if the
 * disk lost them although it had confirmed them. docs/on-disk-format-guard.md has the byte forms and the rules.
 */
@NullMarked
package org.understudy.storage.guard;

import org.jspecify.annotations.NullMarked;
