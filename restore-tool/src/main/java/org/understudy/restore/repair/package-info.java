/**
 * Repair of a store with damaged or missing sorted tables, offline, from a snapshot.
 *
 * <pre>
 * RepairStore     the whole of it: snapshot, changes since, check, and on request the exchange of folders
 * DamagedStore    reads the damaged store as rescue mode does: each row is there, not there, or cannot be read
 * MailboxRepair   one mailbox: which message comes from where, and which is lost
 * TableRepair     accounts and the small tables
 * StoreFolders    the names beside each other, and their exchange
 * </pre>
 *
 * <p>Invariants: not a byte of the damaged store is changed, and its folder is kept. The new store is made of a snapshot whose
 * every file and message was compared with its signed manifest; what the damaged store tells with readable rows of the time
 * since is then done to it by the same effects that a server would use, so that counters, change logs and lists agree by
 * construction, and fsck has read every message before anything is called done. A row that cannot be read is never taken for
 * one that is not there.
 *
 * <p>Not guaranteed: that messages newer than the snapshot keep their EMAILID and THREADID, nor MODSEQs of what changed since;
 * all lie above those that were given out. The expunge log has of the time since only what was in the snapshot.
 */
@NullMarked
package org.understudy.restore.repair;

import org.jspecify.annotations.NullMarked;
