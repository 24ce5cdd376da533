/**
 * Birth hashes: what each sorted table of a store was when it was written, so that whoever copies it later can tell
 * whether it still is.
 *
 * <p>RocksDB is told to sum up every table as it writes it (CRC-32C, kept in its MANIFEST). Once a table is part of the
 * database, it is read back on a thread of its own, its SHA-256 is taken, and the sum of what was read is compared with
 * the sum of what was written: so the hash is that of the octets that were written, however late it is taken.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A hash is recorded for what was written, never for what a disk has made of it: a table that reads other than it
 *       was written gets none, and that is a fault.
 *   <li>A recorded hash is fsynced, and is never changed.
 *   <li>A table whose written sum is unknown is hashed only after each of its blocks has been verified, and is marked so.
 * </ul>
 *
 * <p>Not guaranteed: that every table has a hash at every moment. Those of the last moments before a crash get theirs
 * when the store is opened again. Nor does a hash say that the rows are right, only that they are those that were
 * written.
 */
@NullMarked
package org.understudy.storage.birth;

import org.jspecify.annotations.NullMarked;
