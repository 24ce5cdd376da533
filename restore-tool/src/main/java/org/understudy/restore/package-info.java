/** What the restore tool offers to a command line or a server, put together. */
@NullMarked
package org.understudy.restore;

import org.jspecify.annotations.NullMarked;
