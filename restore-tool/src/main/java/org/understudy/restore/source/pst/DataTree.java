package org.understudy.restore.source.pst;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.Content;

/**
 * The data of a node: one block, or a tree of them, two levels high at most ([MS-PST] section 2.2.2.8.3.2). Holds the ids
 * of the blocks, eight octets each.
 */
final class DataTree {
    private static final int TREE = 1;
    private static final int ENTRIES_AT = 8;
    private static final long SMALLEST_LIMIT = 64L << 20;

    private final PstFile file;
    private final Damages damages;
    private long[] leaves = new long[4];
    private int count;

    private DataTree(PstFile file, Damages damages) {
        this.file = file;
        this.damages = damages;
    }

    /**
     * Reads which blocks there are.
     *
     * @param block id of the root; 0 for no data
     * @throws DamageException if the root cannot be read; branches that cannot are left out and noted
     */
    static DataTree of(PstFile file, long block, Damages damages) throws IOException {
        DataTree tree = new DataTree(file, damages);
        if (block != 0) {
            tree.collect(block, 2);
        }
        return tree;
    }

    private void collect(long id, int highest) throws IOException {
        if ((id & PstFile.INTERNAL) == 0) {
            if (count == leaves.length) {
                leaves = Arrays.copyOf(leaves, count * 2);
            }
            leaves[count++] = id;
            return;
        }
        byte[] bytes = noted(file.block(id));
        int level = bytes.length < ENTRIES_AT ? 0 : Octets.u8(bytes, 1);
        if (level < 1 || level > highest || Octets.u8(bytes, 0) != TREE) {
            throw new DamageException("block %d is no list of data blocks of level %d".formatted(id, highest));
        }
        int word = file.form().word;
        int entries = Math.min(Octets.u16(bytes, 2), (bytes.length - ENTRIES_AT) / word);
        for (int i = 0; i < entries; i++) {
            long below = file.form().word(bytes, ENTRIES_AT + i * word);
            try {
                if (level == 1 && (below & PstFile.INTERNAL) != 0) {
                    throw new DamageException("block %d lists block %d, which holds no data".formatted(id, below));
                }
                collect(below, level - 1);
            } catch (DamageException e) {
                damages.add(e.why());
            }
        }
    }

    int blocks() {
        return count;
    }

    /** @throws DamageException if it cannot be had; a wrong checksum is noted */
    byte[] block(int index) throws IOException {
        return noted(file.block(leaves[Objects.checkIndex(index, count)]));
    }

    private byte[] noted(PstFile.Block block) {
        block.damage().ifPresent(damages::add);
        return block.bytes();
    }

    /**
     * All octets, in memory.
     *
     * @throws DamageException if there are more than {@code limit}
     */
    byte[] bytes(int limit) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            try {
                bytes.writeBytes(block(i));
            } catch (DamageException e) {
                damages.add(e.why());
            }
            if (bytes.size() > limit) {
                throw new DamageException("a property has more than %,d octets".formatted(limit));
            }
        }
        return bytes.toByteArray();
    }

    /**
     * All octets, read when needed. Each block is read once before, so that damage is known and noted; what cannot be had
     * is left out.
     */
    Content content() throws IOException {
        long[] sound = new long[count];
        int sounds = 0;
        long size = 0;
        long limit = Math.max(SMALLEST_LIMIT, 16 * file.size());
        for (int i = 0; i < count; i++) {
            try {
                PstFile.Block block = file.block(file.index().place(leaves[i]));
                noted(block);
                size += block.bytes().length;
                sound[sounds++] = leaves[i];
            } catch (DamageException e) {
                damages.add(e.why());
            }
            if (size > limit) {
                throw new DamageException("a property states more octets than the whole file can hold");
            }
        }
        return new Blocks(file, Arrays.copyOf(sound, sounds), size);
    }

    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    private record Blocks(PstFile file, long[] ids, long size) implements Content {
        @Override
        public InputStream open() {
            return new Pieces() {
                private int next;

                @Override
                byte @Nullable [] next() throws IOException {
                    return next == ids.length
                            ? null
                            : file.block(file.index().place(ids[next++])).bytes();
                }
            };
        }
    }
}
