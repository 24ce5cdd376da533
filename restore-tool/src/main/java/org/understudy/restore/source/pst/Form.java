package org.understudy.restore.source.pst;

/** The three forms of the file, by the sizes in which they differ ([MS-PST] section 2.2.2). All integers are little-endian. */
enum Form {
    /** Versions 14 and 15: 32-bit ids and offsets. */
    ANSI(512, 500, 496, 4, 12, 16, 12, 64, 12),
    /** Version 23: 64-bit ids and offsets. */
    UNICODE(512, 496, 488, 8, 24, 32, 24, 64, 16),
    /** Version 36, OST files since Outlook 2013: pages of 4,096 octets, blocks of up to 65,512 octets packed by zlib. */
    LARGE_PAGES(4096, 4072, 4056, 8, 24, 32, 24, 512, 24);

    private static final int ANSI_VERSION = 14;
    private static final int ANSI_VERSION_TOO = 15;
    private static final int UNICODE_VERSION = 23;
    private static final int LARGE_PAGES_VERSION = 36;

    /** Octets of a page. */
    final int page;
    /** Octets of a page before its trailer, which its checksum covers. */
    final int covered;
    /** Where a page's count of entries lies. */
    final int counts;
    /** Octets of an id or an offset. */
    final int word;
    /** Octets of an entry of a page above the leaves. */
    final int branch;
    /** Octets of an entry of a leaf of the index of nodes. */
    final int node;
    /** Octets of an entry of a leaf of the index of blocks. */
    final int block;
    /** Octets that a block is padded to a multiple of. */
    final int alignment;
    /** Octets of a block's trailer. */
    final int trailer;

    Form(int page, int covered, int counts, int word, int branch, int node, int block, int alignment, int trailer) {
        this.page = page;
        this.covered = covered;
        this.counts = counts;
        this.word = word;
        this.branch = branch;
        this.node = node;
        this.block = block;
        this.alignment = alignment;
        this.trailer = trailer;
    }

    /** @throws DamageException if the header states a version that is none of these */
    static Form of(int version) throws DamageException {
        return switch (version) {
            case ANSI_VERSION, ANSI_VERSION_TOO -> ANSI;
            case UNICODE_VERSION -> UNICODE;
            case LARGE_PAGES_VERSION -> LARGE_PAGES;
            default -> throw new DamageException("its header states version " + version + ", which is not known here");
        };
    }

    boolean isAnsi() {
        return this == ANSI;
    }

    /** An id or an offset. */
    long word(byte[] bytes, int at) {
        return word == 4 ? Octets.u32(bytes, at) : Octets.i64(bytes, at);
    }
}
