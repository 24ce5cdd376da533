/**
 * Work that needs the live store, as values: a request, a result, and progress between. The same operation runs in the
 * command line's own process when the server is down, and inside the server when it is up.
 */
@NullMarked
package org.understudy.restore.operation;

import org.jspecify.annotations.NullMarked;
