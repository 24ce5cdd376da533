/**
 * Bearer tokens of one OpenID Connect issuer: JSON Web Tokens (RFC 7519) that it has signed, checked by its published keys.
 *
 * <p>Invariants: a token counts when its signature, issuer, audience and times are right, and never reaches a log. Not
 * guaranteed: that a token which its issuer has revoked is refused before it expires; opaque tokens are not asked about.
 */
@NullMarked
package org.understudy.server.oauth;

import org.jspecify.annotations.NullMarked;
