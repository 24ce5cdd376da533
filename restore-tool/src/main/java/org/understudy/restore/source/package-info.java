/** What a restore can read: folders and archives of mail as backups hold them. A source is never written to, and every item of it comes out in exactly one bin. */
@NullMarked
package org.understudy.restore.source;

import org.jspecify.annotations.NullMarked;
