/** Reads the bytes of one message once: digests, header block, MIME structure, and the facts that the store keeps. */
@NullMarked
package org.understudy.restore.message;

import org.jspecify.annotations.NullMarked;
