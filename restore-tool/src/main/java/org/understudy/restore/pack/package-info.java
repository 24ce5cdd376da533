/**
 * The evidence pack: all that is known and proven of one restore, in one archive that others can check without this
 * program (docs/evidence-pack.md).
 *
 * <p>Invariants: the same state of a restore gives the same archive, byte for byte; every file is covered by the signed
 * list of digests; no message content is in it.
 */
@NullMarked
package org.understudy.restore.pack;

import org.jspecify.annotations.NullMarked;
