/** Cross-checks every row of a store against the others and explains each finding by user, mailbox and UID. */
@NullMarked
package org.understudy.storage.fsck;

import org.jspecify.annotations.NullMarked;
