/**
 * Certificates: reading them from PEM and PKCS #12 files, making one when there is none, choosing one by the host name that a
 * client asks for, replacing them when their files change, and what authorities say of them. Those of clients too.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>Only TLS 1.2 and 1.3 are spoken (RFC 8996 retires the rest).
 *   <li>A {@link org.understudy.server.tls.CertificateDirectory} can be changed while connections are made; a handshake
 *       sees a certificate from before the change or from after it, never a mix.
 *   <li>A certificate in use is replaced only by one whose key fits and whose chain is in order.
 *   <li>A handshake never waits for a file or for an authority.
 *   <li>A private key file is written with mode 0600, complete or not at all. Passwords of keys reach no log.
 * </ul>
 *
 * <p>Not guaranteed: that a client trusts a certificate. {@link org.understudy.server.tls.CertificateReview} tells what most
 * will make of it; serving does not ask.
 */
@NullMarked
package org.understudy.server.tls;

import org.jspecify.annotations.NullMarked;
