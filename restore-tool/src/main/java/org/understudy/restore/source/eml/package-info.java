/**
 * Single messages in files, as mail programs and export add-ons write them: {@code *.eml} below a directory; where there
 * is no such name, files of any name that begin with a header of mail, as MH folders have them.
 *
 * <p>Folders are mailboxes, levels joined by {@code .}; files beside folders are INBOX. All is one user's, named as the
 * directory is, unless every folder at the top is named like an address: then each of those is a user. The date of
 * arrival is that of the topmost Received field, else of the Date field, else the file's time, since an export has set
 * that to its own day.
 *
 * <p>Beside the files of Understudy's own exports lies a list, which gives user, mailbox, UID, date and flags of each.
 *
 * <p>Invariants: nothing is written; links are never followed; each file comes out as exactly one item.
 */
@NullMarked
package org.understudy.restore.source.eml;

import org.jspecify.annotations.NullMarked;
