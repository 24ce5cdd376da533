/** Keys, rows and their byte forms: what lies in which column family, and how. Pure: no I/O, no clock. The byte-exact tables are in docs/on-disk-format.md, and a change here is a change there. */
@NullMarked
package org.understudy.storage.keyspace;

import org.jspecify.annotations.NullMarked;
