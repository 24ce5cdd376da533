/** Orders of certificates against an authority in this process. */
@NullMarked
package org.understudy.server.acme;

import org.jspecify.annotations.NullMarked;
