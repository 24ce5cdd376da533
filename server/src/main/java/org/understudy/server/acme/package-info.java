/**
 * Certificates that the server orders by itself (ACME, RFC 8555), and the small listener where it answers the authority's
 * questions (HTTP-01).
 *
 * <p>Invariants: a certificate in use is replaced only by one that was read back and fits its key; what fails changes
 * nothing but when it is tried again. Keys are written with mode 0600, complete or not at all.
 *
 * <p>Not guaranteed: wildcards, which authorities give over DNS only.
 */
@NullMarked
package org.understudy.server.acme;

import org.jspecify.annotations.NullMarked;
