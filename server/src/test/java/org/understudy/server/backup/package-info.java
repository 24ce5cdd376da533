/** What other programs of James's write, read as sources. */
@NullMarked
package org.understudy.server.backup;

import org.jspecify.annotations.NullMarked;
