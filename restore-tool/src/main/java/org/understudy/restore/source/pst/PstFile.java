package org.understudy.restore.source.pst;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** Pages and blocks of an open file, each with its checksum compared. Not thread-safe. */
final class PstFile implements AutoCloseable {
    private static final int MAGIC = 0x4e444221;
    private static final int HEADER = 564;
    private static final int VERSION_AT = 10;
    private static final int PAGES_CACHED = 512;
    private static final int BLOCKS_CACHED = 16;
    /** Largest block that any form of the file has, unpacked. */
    private static final int LARGEST_BLOCK = 65_536;
    /** Bit of a block's id that tells structure from data. */
    static final long INTERNAL = 2;

    /**
     * A page of an index.
     *
     * @param offset in the file
     * @param level 0 for a leaf
     * @param sound whether its checksum is right
     */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    record Page(long offset, byte[] bytes, int entries, int entrySize, int level, boolean sound) {}

    /**
     * Where a block lies.
     *
     * @param size octets as they lie in the file, before the trailer
     * @param unpacked octets once unpacked
     */
    record Place(long id, long offset, int size, int unpacked) {
        boolean isInternal() {
            return (id & INTERNAL) != 0;
        }
    }

    /**
     * A block's octets, unscrambled and unpacked.
     *
     * @param damage what is wrong with them though they could be had; empty if nothing
     */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    record Block(byte[] bytes, Optional<String> damage) {}

    private final FileChannel channel;
    private final long size;
    private final Form form;
    private final Scrambling scrambling;
    private final long nodeRoot;
    private final long blockRoot;
    private final BlockIndex index;
    private final Map<Long, Page> pages = cache(PAGES_CACHED);
    private final Map<Long, Block> blocks = cache(BLOCKS_CACHED);

    private PstFile(FileChannel channel) throws IOException {
        this.channel = channel;
        this.size = channel.size();
        byte[] header = read(0, (int) Math.min(size, HEADER));
        if (header.length < HEADER || Octets.i32(header, 0) != MAGIC) {
            throw new DamageException("the header of an Outlook data file is missing or cut off");
        }
        form = Form.of(Octets.u16(header, VERSION_AT));
        scrambling = Scrambling.of(Octets.u8(header, form.isAnsi() ? 461 : 513));
        nodeRoot = form.word(header, form.isAnsi() ? 188 : 224);
        blockRoot = form.word(header, form.isAnsi() ? 196 : 240);
        index = new BlockIndex(this, blockRoot);
    }

    /**
     * Opens a file.
     *
     * @throws DamageException if its header is none
     */
    static PstFile open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try {
            return new PstFile(channel);
        } catch (IOException | RuntimeException e) {
            try {
                channel.close();
            } catch (IOException closing) {
                e.addSuppressed(closing);
            }
            throw e;
        }
    }

    Form form() {
        return form;
    }

    long size() {
        return size;
    }

    long nodeRoot() {
        return nodeRoot;
    }

    BlockIndex index() {
        return index;
    }

    /**
     * A page.
     *
     * @param type that it must have: 0x80 for the index of blocks, 0x81 for that of nodes
     * @throws DamageException if it is none of that type or its counts cannot be
     */
    Page page(long offset, int type) throws IOException {
        Page known = pages.get(offset);
        if (known != null) {
            return known;
        }
        byte[] bytes = read(offset, form.page);
        if (Octets.u8(bytes, form.covered) != type || Octets.u8(bytes, form.covered + 1) != type) {
            throw new DamageException("the page at offset %,d has type 0x%02x, expected 0x%02x"
                    .formatted(offset, Octets.u8(bytes, form.covered), type));
        }
        boolean large = form == Form.LARGE_PAGES;
        int entries = large ? Octets.u16(bytes, form.counts) : Octets.u8(bytes, form.counts);
        int entrySize = Octets.u8(bytes, form.counts + (large ? 4 : 2));
        int level = Octets.u8(bytes, form.counts + (large ? 5 : 3));
        int least = level > 0 ? form.branch : type == BlockIndex.TYPE ? form.block : form.node;
        if (entrySize < least || entries * entrySize > form.counts) {
            throw new DamageException("the page at offset %,d states %,d entries of %,d octets, which do not fit in it"
                    .formatted(offset, entries, entrySize));
        }
        int stated = Octets.i32(bytes, form.covered + (form.isAnsi() ? 8 : 4));
        boolean sound = stated == Checksum.of(bytes, 0, form.covered);
        Page page = new Page(offset, bytes, entries, entrySize, level, sound);
        pages.put(offset, page);
        return page;
    }

    /**
     * A block by its id.
     *
     * @throws DamageException if the index does not have it, or if another block lies in its place
     */
    Block block(long id) throws IOException {
        Block known = blocks.get(id);
        if (known != null) {
            return known;
        }
        Block block = block(index.place(id));
        blocks.put(id, block);
        return block;
    }

    /** The same, without keeping it. */
    Block block(Place place) throws IOException {
        int padded = (place.size() + form.trailer + form.alignment - 1) / form.alignment * form.alignment;
        byte[] raw = read(place.offset(), padded);
        int trailer = padded - form.trailer;
        long id = form.isAnsi() ? Octets.u32(raw, trailer + 4) : Octets.i64(raw, trailer + 8);
        int stated = Octets.i32(raw, trailer + (form.isAnsi() ? 8 : 4));
        String where = "block %d at offset %,d".formatted(place.id(), place.offset());
        int sum = Checksum.of(raw, 0, place.size());
        if ((id | 1) != (place.id() | 1)) {
            throw new DamageException(
                    where + (sum == stated ? ": another block lies there, " + id : ": something else lies there"));
        }
        Optional<String> damage = sum == stated
                ? Optional.empty()
                : Optional.of("%s: its checksum is %08x, and the file states %08x".formatted(where, sum, stated));
        byte[] bytes = java.util.Arrays.copyOf(raw, place.size());
        boolean packed = place.unpacked() != place.size();
        boolean packedLast = packed && isPacked(bytes);
        if (packedLast) {
            bytes = inflate(bytes, place.unpacked(), where);
        }
        if (!place.isInternal()) {
            scrambling.undo(bytes, bytes.length, place.id());
        }
        if (packed && !packedLast) {
            bytes = inflate(bytes, place.unpacked(), where);
        }
        return new Block(bytes, damage);
    }

    /** Whether zlib's header is there, so that packing came after scrambling. */
    private static boolean isPacked(byte[] bytes) {
        return bytes.length > 2 && (bytes[0] & 0xf) == 8 && (Octets.u8(bytes, 0) << 8 | Octets.u8(bytes, 1)) % 31 == 0;
    }

    private static byte[] inflate(byte[] packed, int size, String where) throws DamageException {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(packed);
            byte[] bytes = new byte[Math.min(size, LARGEST_BLOCK)];
            int length = 0;
            while (length < bytes.length) {
                int n = inflater.inflate(bytes, length, bytes.length - length);
                if (n == 0) {
                    throw new DamageException(
                            where + ": it unpacks to %,d octets, expected %,d".formatted(length, size));
                }
                length += n;
            }
            return bytes;
        } catch (DataFormatException e) {
            throw new DamageException(where + ": it cannot be unpacked");
        } finally {
            inflater.end();
        }
    }

    private byte[] read(long offset, int length) throws IOException {
        if (offset < 0 || offset > size - length) {
            throw new DamageException(
                    "octets %,d to %,d are needed, and the file has %,d".formatted(offset, offset + length, size));
        }
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, offset + buffer.position()) < 0) {
                throw new DamageException("the file ends at octet %,d".formatted(offset + buffer.position()));
            }
        }
        return buffer.array();
    }

    private static <V> Map<Long, V> cache(int entries) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.@Nullable Entry<Long, V> eldest) {
                return size() > entries;
            }
        };
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
