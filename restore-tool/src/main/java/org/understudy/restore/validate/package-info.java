/**
 * Tells sound mail from damaged mail.
 *
 * <p>A {@link Validator} reads a message once and shows every line to all checks at the same time. A {@link Check} is a
 * pure function of those bytes and of what the source says of them; each of its findings names a place and a strength. A
 * verdict is drawn from findings alone ({@link Grading}), and the absence of complaints is never proof. Memory does not
 * grow with the message: checks keep counters, never parts or lines. What each check catches, what it cannot, and how often
 * it errs on clean mail: docs/verdicts.md.
 *
 * <p>Not guaranteed: that a message without findings is whole. Text replaced by other text of the same length leaves no
 * trace without a digest or a signature.
 */
@NullMarked
package org.understudy.restore.validate;

import org.jspecify.annotations.NullMarked;
