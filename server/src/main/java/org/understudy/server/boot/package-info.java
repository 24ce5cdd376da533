/** The composition root of the server: makes the parts of a running server and joins them by hand. */
@NullMarked
package org.understudy.server.boot;

import org.jspecify.annotations.NullMarked;
