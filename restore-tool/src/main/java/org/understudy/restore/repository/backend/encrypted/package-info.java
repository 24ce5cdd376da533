/**
 * Encryption of a repository at rest, around any backend. The format is specified in docs/repository-format.md, and a
 * change here is a change there.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>All that reaches the backend below is sealed, but for {@code encryption.json} and its copy, in which the data key
 *       lies wrapped, and for the lock, which says who writes.
 *   <li>Each chunk is bound to the name of its file, to its place in it, and to being the last or not: nothing can be
 *       changed, swapped, cut, or taken from another file without its being found.
 *   <li>The same bytes under the same name are sealed to the same bytes, so that an upload that was cut short can go on. No
 *       nonce serves for two different texts, since it is computed from the text.
 *   <li>Master keys are in files apart from the repository; they wrap the data key, and never seal anything else.
 * </ul>
 *
 * <p>Not guaranteed: that sizes, times and the number of files are hidden, nor the ids of snapshots. Who has had a master
 * key and a copy of {@code encryption.json} has the data key, and taking that master key away changes nothing of it.
 */
@NullMarked
package org.understudy.restore.repository.backend.encrypted;

import org.jspecify.annotations.NullMarked;
