/**
 * The whole server as mail programs that others have written see it. Each test starts a server on free ports over a
 * store of its own, which is checked at the end. A test whose program is not installed says so in one line and is
 * skipped.
 */
@NullMarked
package org.understudy.server.clients;

import org.jspecify.annotations.NullMarked;
