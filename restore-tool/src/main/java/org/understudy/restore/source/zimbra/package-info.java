/**
 * The archive of a mailbox that Zimbra writes ({@code //?fmt=tgz}), once it is unpacked: folders as directories, and for each
 * item a file {@code NAME.meta} with JSON (ItemData) and one {@code NAME} with its octets. A folder of more than 500 items
 * goes on in directories {@code FOLDER!1}, {@code FOLDER!2}...
 *
 * <p>Of the JSON are read: {@code type} (5 is a message, 16 a chat), {@code Path} (the folder and name as they were, without
 * the signs that file names forbid), {@code date} (seconds), {@code unread}, {@code flags} (bits) or {@code FlagStr},
 * {@code TagNames}, {@code imap_id}, {@code size} and {@code blob_digest} (SHA-256, before Zimbra 8 SHA-1, of the octets, as
 * base64 with {@code ,} for {@code /}).
 *
 * <p>Invariants: nothing is written; each file comes out as exactly one item, a {@code .meta} file as ignored beside what it
 * is of. A message whose blob Zimbra found shorter than its index said is filled up with blanks in the archive, and an
 * empty {@code NAME.err} beside it says so: it is unreadable. A message without {@code .meta} is taken with what its header
 * says. Contacts, appointments, tasks, documents and tags are no mail.
 */
@NullMarked
package org.understudy.restore.source.zimbra;

import org.jspecify.annotations.NullMarked;
