/**
 * The backup of an account that Apache James writes (its module mailbox/backup, 3.8): a zip archive whose entries bear what
 * is known of them as extra fields of two letters.
 *
 * <p>An entry {@code aq}=0 is a mailbox, named by its name and {@code /}, with its id ({@code am}) and UIDVALIDITY
 * ({@code an}); {@code aq}=3 is a message, named by its id, with size ({@code aj}), UID ({@code ak}), id ({@code al}),
 * mailbox id ({@code am}), date of arrival ({@code ao}, milliseconds) and flags ({@code ap}, joined by {@code %});
 * {@code aq}=1 and 2 are annotations, which are not restored. Numbers are 64 bits, little-endian.
 *
 * <p>Invariants: nothing is written, and nothing unpacked to disk but of an archive whose directory is lost; each entry that
 * is no folder comes out as exactly one item; an entry whose checksum differs, or that unpacks to more than 200 times its
 * packed size, is unreadable. The archive does not say whose it is: the user is named as the file is.
 */
@NullMarked
package org.understudy.restore.source.jameszip;

import org.jspecify.annotations.NullMarked;
