/**
 * Bearer tokens of OpenID Connect issuers: JSON Web Tokens (RFC 7519) that one has signed, checked by its published keys,
 * and opaque ones that it is asked about (RFC 7662).
 *
 * <p>Invariants: a token counts when its signature or its issuer's word, its issuer, audience and times are right, and never
 * reaches a log; an issuer that cannot be asked makes a token unknown, never wrong. Not guaranteed: that a signed token which
 * its issuer has revoked is refused before it expires, unless the issuer is asked each time ({@code introspection.always}).
 */
@NullMarked
package org.understudy.server.oauth;

import org.jspecify.annotations.NullMarked;
