/**
 * Where the files of a repository lie, under one narrow interface: {@link
 * org.understudy.restore.repository.backend.Backend} knows names and bytes, and nothing of snapshots.
 *
 * <p>Invariants, of every backend:
 *
 * <ul>
 *   <li>A name exists only when its bytes are whole, durable, and were read back equal to what was written. Stopped
 *       anywhere before, a put leaves nothing under the name, or what was there before it.
 *   <li>There is one writer at a time; a second is refused with the words of the first.
 *   <li>Reading and listing write nothing.
 *   <li>What is not there is never an empty answer for what could not be asked: a failing disk or service is an
 *       exception.
 * </ul>
 *
 * <p>Not guaranteed: that two files change together. Whoever needs that writes the one that counts last.
 */
@NullMarked
package org.understudy.restore.repository.backend;

import org.jspecify.annotations.NullMarked;
