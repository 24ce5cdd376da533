/**
 * Copies of users' mail in formats that other programs read: Maildir++, mboxrd, or .eml files in a zip archive.
 *
 * <pre>
 * OUT/understudy-export.run      while an export is under way: what was asked for, and what is done
 *     understudy-export.lock     held meanwhile
 *     .understudy-partial/       the mailbox (or archive) that is being written
 *     ada/                       one user's Maildir or folders of mbox files
 *     bruno.zip                  one user's archive
 * </pre>
 *
 * <p>Invariants: nothing that is there is overwritten. A mailbox, or an archive, comes to its place in one piece, by
 * renaming, after a line in the run's file says so; given again, the same command goes on after the last one. A message is
 * written only after its stored bytes were read to their end and compared with the digest in its row; one that fails is
 * named, counted and left out, and the rest goes on. Each message found ends in exactly one bin: exported, held back,
 * unreadable, or vanished (expunged while the export ran). What is exported replays to the same messages, dates, flags,
 * mailboxes and, in Maildir and mbox, UIDs (docs/export-format.md); {@code \Recent} and MODSEQs are not kept.
 *
 * <p>Memory: one message of up to 4 MiB, or a buffer; the facts of 1,000 messages; and in Maildirs the names of one
 * mailbox's files.
 *
 * <p>Not guaranteed: one moment for all mailboxes of a live store, since users go on working; export a snapshot for that.
 * That the disk has everything when the command ends: single files of a Maildir are left to the operating system.
 */
@NullMarked
package org.understudy.restore.export;

import org.jspecify.annotations.NullMarked;
