package org.understudy.restore.source.pst;

import java.io.IOException;

/** The B-tree by which blocks are found ([MS-PST] section 2.2.2.7.7.3). */
final class BlockIndex {
    static final int TYPE = 0x80;
    /** Bit of an id that says nothing. */
    private static final long RESERVED = 1;

    private static final int HIGHEST = 8;

    private final PstFile file;
    private final long root;

    BlockIndex(PstFile file, long root) {
        this.file = file;
        this.root = root;
    }

    /** @throws DamageException if the index does not have it, or cannot be read there */
    PstFile.Place place(long id) throws IOException {
        long wanted = id & ~RESERVED;
        Form form = file.form();
        long offset = root;
        int level = HIGHEST;
        while (true) {
            PstFile.Page page = file.page(offset, TYPE);
            if (page.level() >= level) {
                throw new DamageException("the index of blocks is broken at offset %,d".formatted(offset));
            }
            level = page.level();
            int found = last(page, wanted);
            if (found < 0) {
                throw missing(id, offset);
            }
            int at = found * page.entrySize();
            byte[] bytes = page.bytes();
            if (level > 0) {
                offset = form.word(bytes, at + 2 * form.word);
                continue;
            }
            if ((form.word(bytes, at) & ~RESERVED) != wanted) {
                throw missing(id, offset);
            }
            int size = Octets.u16(bytes, at + 2 * form.word);
            int unpacked = form == Form.LARGE_PAGES ? Octets.u16(bytes, at + 2 * form.word + 2) : size;
            return new PstFile.Place(wanted, form.word(bytes, at + form.word), size, unpacked);
        }
    }

    private static DamageException missing(long id, long page) {
        return new DamageException("block %d is not in the index of blocks (page at offset %,d)".formatted(id, page));
    }

    /** The last entry whose key is not above the id; -1 if there is none. */
    private int last(PstFile.Page page, long wanted) {
        int found = -1;
        for (int i = 0; i < page.entries(); i++) {
            if ((file.form().word(page.bytes(), i * page.entrySize()) & ~RESERVED) > wanted) {
                break;
            }
            found = i;
        }
        return found;
    }
}
