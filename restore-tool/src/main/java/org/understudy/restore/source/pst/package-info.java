/**
 * Outlook data files as a source: PST and OST, with 32-bit (ANSI) and 64-bit (Unicode) indexes, and the OST files of
 * Outlook 2013 and later with pages of 4,096 octets and packed blocks ([MS-PST]). Read by a reader of our own, which
 * compares the checksum that the format keeps of each page and block, so that damage is found and located, bounds every
 * count and level that it reads, and prints nothing.
 *
 * <p>Three layers, each over the one before: nodes and blocks ({@link org.understudy.restore.source.pst.PstFile},
 * {@code Nodes}, {@code BlockIndex}, {@code DataTree}, {@code Subnodes}); heaps, property lists and tables
 * ({@code Heap}, {@code Properties}, {@code TableReader}); folders and messages ({@code FolderTree}, {@code MessageBuilder}).
 *
 * <p>Outlook keeps no MIME: it keeps properties. So mail is put together anew, always with the same octets from the same
 * file, and each message bears {@link org.understudy.restore.source.Witness.Rebuilt}: nothing can vouch for its octets, and
 * it is never called proven. A file's password is only a checksum that Outlook asks for; it encrypts nothing and is not
 * needed. Both ways in which Outlook scrambles blocks are undone.
 *
 * <p>Invariants: nothing is written; each message node comes out as exactly one item, named by its node id; a block whose
 * checksum differs is used only where its trailer names it, and then the message says so; nothing larger than 32 MiB is
 * held in memory.
 *
 * <p>Not guaranteed: that what is rebuilt looks like what was delivered. Contacts, appointments, tasks, notes and journal
 * entries are no mail, and are ignored with that reason.
 */
@NullMarked
package org.understudy.restore.source.pst;

import org.jspecify.annotations.NullMarked;
