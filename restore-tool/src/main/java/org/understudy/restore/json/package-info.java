/** How the restore's own records look as JSON: one mapper, so that files, journal rows and the admin API agree. */
@NullMarked
package org.understudy.restore.json;

import org.jspecify.annotations.NullMarked;
