/**
 * A client that costs as little as it can: an IMAP connection that counts what comes instead of keeping it, and mail made
 * up from a seed.
 *
 * <p>Not guaranteed: that an answer is right in every detail. It is counted, and its tagged line must be OK; the tests of
 * the server are where contents are compared.
 */
@NullMarked
package org.understudy.benchmarks.wire;

import org.jspecify.annotations.NullMarked;
