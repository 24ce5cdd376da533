/**
 * LOGIN and AUTHENTICATE: SASL PLAIN (RFC 4616), LOGIN, SCRAM-SHA-256 and SCRAM-SHA-256-PLUS (RFC 5802, RFC 7677, RFC 9266),
 * OAUTHBEARER and XOAUTH2 (RFC 7628), EXTERNAL (RFC 4422 appendix A).
 *
 * <p>Invariants: a mechanism is offered exactly where it works; none before TLS, but where the configuration lets this
 * machine's programs do without; what a client sends reaches no log; whether a user exists cannot be told from an answer.
 */
@NullMarked
package org.understudy.server.imap.sasl;

import org.jspecify.annotations.NullMarked;
