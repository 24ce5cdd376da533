/** How long work tells of itself: one interface, shown as a bar on a terminal and as JSON lines elsewhere. */
@NullMarked
package org.understudy.restore.progress;

import org.jspecify.annotations.NullMarked;
