/**
 * mbox files as a source: one file, a spool directory, or the mail folders of users, as sendmail, Dovecot, UW IMAP and
 * pine, Mailman and Thunderbird write them.
 *
 * <p>Where a message ends: where its Content-Length says, if a From_ line or the file's end follows there (mboxcl,
 * mboxcl2); else before the next From_ line that names a time and follows an empty line or is followed by a header. Of
 * the text between, the empty line before the next From_ line is the format's and left out; fields by which programs
 * keep state in the header (Status, X-Status, X-UID, X-Keywords, X-IMAP, X-IMAPbase, X-Mozilla-Status,
 * X-Mozilla-Status2, X-Mozilla-Keys, and a Content-Length that is right) become flags, keywords and UIDs and are left
 * out too. In messages that a From_ line ends, each body line of one or more {@code >} and {@code From } loses its first
 * {@code >} (mboxrd; the same as mboxo but for lines that had two and more). Bodies delimited by Content-Length are taken
 * as they are.
 *
 * <p>Messages of Understudy's own exports begin with a field {@code X-Understudy} that states their length and how many
 * lines are quoted, so that each comes out as it was, whatever is in it; where the length does not fit any more, because
 * another program wrote into the file, the rules above decide.
 *
 * <p>Invariants: nothing is written or locked; links are never followed; octets that belong to no message come out as an
 * unreadable item with their place; a sector that cannot be read costs the messages that lie on it and no other.
 */
@NullMarked
package org.understudy.restore.source.mbox;

import org.jspecify.annotations.NullMarked;
