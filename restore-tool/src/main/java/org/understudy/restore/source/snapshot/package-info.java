/**
 * Snapshots as a source of a restore. What there should be is what the signed manifest says: each message that it lists
 * comes out as exactly one item, as a message or as unreadable, whatever is damaged; so ordinals never depend on damage.
 */
@NullMarked
package org.understudy.restore.source.snapshot;

import org.jspecify.annotations.NullMarked;
