/**
 * Has the room of expunged mail given back at intervals ({@link org.understudy.restore.reclaim}), and keeps the time by which
 * its window is counted, whether that is on or not.
 */
@NullMarked
package org.understudy.server.reclaim;

import org.jspecify.annotations.NullMarked;
