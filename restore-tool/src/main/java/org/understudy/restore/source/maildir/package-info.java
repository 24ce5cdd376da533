/**
 * Maildir, Maildir++ and Dovecot's {@code LAYOUT=fs} as a source, as Dovecot and Courier write them.
 *
 * <p>Invariants: nothing is written, locked or renamed; symbolic links are never followed; each directory entry that is
 * no directory comes out as exactly one item, and so does each directory that cannot be listed or lies where a message
 * should be, and each message that the list of UIDs names and that is not there. Order: users by name; in each its
 * mailboxes by name; in each the messages with a UID by UID, those without by file name, those that are missing by UID,
 * then the mailbox's own files; then what lies outside any mailbox.
 *
 * <p>Missing or expunged: Dovecot unlinks an expunged message at once and leaves its line in {@code dovecot-uidlist} until
 * a quarter of the lines are such, so a line without file alone says nothing. Its index knows: a UID that {@code
 * dovecot.index} and its log have as present is missing from the backup; one that they have as expunged is counted in the
 * note of the list, and is no item. Where no index can be read, as when a backup leaves indexes out, a message that may
 * have been expunged is given as unreadable rather than passed over.
 *
 * <p>Mailbox names: levels are separated by {@code .} on disk in Maildir++ and by directories in {@code LAYOUT=fs}; each
 * is decoded from modified UTF-7 (RFC 3501 section 5.1.3) where it is valid, else taken as UTF-8. A dot or a control
 * character within a level, which our names cannot hold, becomes {@code _}. If two mailboxes would get one name, the
 * one whose name had to be changed, else the later by byte order, gets {@code ~2}, {@code ~3} and so on. The root is
 * INBOX.
 *
 * <p>The date of arrival is the file's time; files of Understudy's own exports have it in their names, for copies that lost
 * file times.
 *
 * <p>Not guaranteed: one consistent picture of a Maildir that a mail server is changing meanwhile.
 */
@NullMarked
package org.understudy.restore.source.maildir;

import org.jspecify.annotations.NullMarked;
