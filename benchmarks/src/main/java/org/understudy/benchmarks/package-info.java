/**
 * Measures IMAP servers over real connections, ours beside others in the same run. A black box to all of them: it knows of
 * our server how it is started and how users are added, nothing else.
 */
@NullMarked
package org.understudy.benchmarks;

import org.jspecify.annotations.NullMarked;
