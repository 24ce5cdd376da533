/**
 * Small records kept in files of their own: two lines of JSON, of which the first says what the file is, in which
 * version, and the SHA-256 of the second, which is the record.
 *
 * <p>Invariants: a file is replaced as a whole, durably, and one whose digest does not fit is never taken for what it
 * says. No protection against somebody who wants to deceive: that is what signatures are for.
 */
@NullMarked
package org.understudy.restore.sealed;

import org.jspecify.annotations.NullMarked;
