/**
 * Archives as a source: tar, tar.gz, tar.bz2, tar.zst, zip, and single files packed by gzip, bzip2 or zstd. An archive is
 * unpacked into a scratch folder of its own, which is deleted when the source is closed (or by the next one, after a
 * crash), and what lies there is read as its own format.
 *
 * <p>Invariants: nothing is written outside the scratch folder: entries with a path that leaves it, links that leave it,
 * devices and pipes are refused, each named as an unreadable item. An archive that is cut or damaged gives all entries
 * before that place; the entry that is incomplete, and the fact that more may be missing, are items of their own. An entry
 * that unpacks to more than {@link org.understudy.restore.source.archive.Unpacker#LARGEST_RATIO} times what was read
 * of the archive ends the unpacking there.
 */
@NullMarked
package org.understudy.restore.source.archive;

import org.jspecify.annotations.NullMarked;
