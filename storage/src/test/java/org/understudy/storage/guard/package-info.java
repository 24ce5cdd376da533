/** Trials of the guard on raw RocksDB databases, whole, damaged and killed. */
@NullMarked
package org.understudy.storage.guard;

import org.jspecify.annotations.NullMarked;
