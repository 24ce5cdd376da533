/**
 * Carries out an approved plan on the live store, proves what it did, and takes it back.
 *
 * <p>Order of a merge: its first row, bodies (nothing points at them yet), then for each target mailbox its creation, its messages in
 * chunks, its flags. Each chunk is one effect together with its row in the live store's journal, so a merge that was cut
 * short finds what is done and does the rest; nothing is done twice. Undo works through the same rows.
 *
 * <p>Journal keys, after {@code ID/}: {@code mN/begun}, {@code mN/bodies/FIRST}, {@code mN/mailbox/T}, {@code mN/add/T/C}, {@code
 * mN/flags/T/C} for the Nth merge, with T the target's and C the chunk's number in 8 hexadecimal digits; {@code
 * uN/...} likewise for its undo.
 *
 * <p>Not guaranteed: that nobody else changes the live store meanwhile. What others do is left alone and listed.
 */
@NullMarked
package org.understudy.restore.merge;

import org.jspecify.annotations.NullMarked;
