/** The check of the live store as an operation. It changes nothing, and the store serves meanwhile. */
@NullMarked
package org.understudy.restore.fsck;

import org.jspecify.annotations.NullMarked;
