/**
 * Reads expunged mail of the live store as a source, so that it comes back like a backup: staged, validated, planned,
 * approved, merged with new UIDs, and taken back if need be.
 *
 * <p>Invariant: items keep their places while a restore goes on, since rows of the expunge log are never deleted and those
 * after the moment at which the restore began are not read. A message whose body was reclaimed meanwhile is an unreadable
 * item, not an absent one.
 */
@NullMarked
package org.understudy.restore.source.expunged;

import org.jspecify.annotations.NullMarked;
