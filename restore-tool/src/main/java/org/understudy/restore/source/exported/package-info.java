/**
 * What Understudy's own exports say of themselves beside the mail (docs/export-format.md): names of users and mailboxes
 * as they were, whatever a file system made of them, and for {@code .eml} files their UIDs, dates and flags.
 *
 * <p>Invariants: an export reads as a source without these files too, with the names and dates that its format can keep;
 * a list that was changed or cut is told of in the log and not believed. What they say of a message's bytes is no proof,
 * since nobody signed it.
 */
@NullMarked
package org.understudy.restore.source.exported;

import org.jspecify.annotations.NullMarked;
