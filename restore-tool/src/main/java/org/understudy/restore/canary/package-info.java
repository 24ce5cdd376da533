/**
 * Canary mailboxes: mail that we made ourselves, whose bytes we can swear to. The digests lie in the data folder apart
 * from the store ({@code canaries.json}, docs/loss.md), so whatever harms the store does not harm the witness.
 *
 * <p>Invariants: verifying writes nothing. A canary message that is missing, cannot be read or differs in one byte is a
 * fault, unless the expunge log says that somebody expunged it. Faults stay until the message is back, its expunge is
 * logged, or the canary is removed: topping up never hides one.
 */
@NullMarked
package org.understudy.restore.canary;

import org.jspecify.annotations.NullMarked;
