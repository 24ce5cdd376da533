/**
 * Certificates: reading them from PEM files, making one when there is none, and choosing one by the host name that a
 * client asks for.
 *
 * <p>Invariants:
 *
 * <ul>
 *   <li>Only TLS 1.2 and 1.3 are spoken (RFC 8996 retires the rest).
 *   <li>A {@link org.understudy.server.tls.CertificateDirectory} can be changed while connections are made; a handshake
 *       sees a certificate from before the change or from after it, never a mix.
 *   <li>A private key file is written with mode 0600, complete or not at all.
 * </ul>
 *
 * <p>Not guaranteed: that a client trusts a certificate. Chains are not checked against any certificate authority.
 */
@NullMarked
package org.understudy.server.tls;

import org.jspecify.annotations.NullMarked;
