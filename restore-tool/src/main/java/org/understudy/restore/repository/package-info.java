/**
 * Snapshots of the live store in a repository, wherever that lies ({@link org.understudy.restore.repository.backend}):
 * taking, listing and verifying them, and putting a whole store together from one. The layout is specified in
 * docs/repository-format.md, and a change here is a change there.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>A snapshot exists if and only if its manifest does. The manifest is written last, so an interrupted writer leaves
 *       only files that nothing names.
 *   <li>An object never changes. It is named by its SHA-256, and was read back and compared before it got that name.
 *   <li>Reading and verifying write nothing into the repository, but for the incident hold that damage sets.
 *   <li>The private key is never in the repository, and what is trusted is the public key that lies beside the store.
 * </ul>
 *
 * <p>Not guaranteed: that a repository whose whole folder is gone can be told from one that never was; keep it on
 * another disk, and copy it away.
 */
@NullMarked
package org.understudy.restore.repository;

import org.jspecify.annotations.NullMarked;
