/** Migrations from a server of ours and from Debian's Dovecot, over IMAP as they are run. */
@NullMarked
package org.understudy.server.migrate;

import org.jspecify.annotations.NullMarked;
