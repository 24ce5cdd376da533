/** The database below the store: opening and options, atomic effects with group commit, reads, iteration, checkpoints, ingestion. The only place that writes to RocksDB. */
@NullMarked
package org.understudy.storage.engine;

import org.jspecify.annotations.NullMarked;
