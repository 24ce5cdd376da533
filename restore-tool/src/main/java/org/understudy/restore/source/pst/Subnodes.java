package org.understudy.restore.source.pst;

import java.io.IOException;
import java.util.Optional;
import java.util.TreeMap;

/** The nodes below a node ([MS-PST] section 2.2.2.8.3.3). */
final class Subnodes {
    private static final int LIST = 2;
    private static final int AT_MOST = 200_000;

    private final TreeMap<Integer, Node> nodes = new TreeMap<>(Integer::compareUnsigned);

    /**
     * Reads them.
     *
     * @param block id of the list; 0 for none
     * @throws DamageException if the list cannot be read; parts of it that cannot are noted
     */
    static Subnodes of(PstFile file, long block, Damages damages) throws IOException {
        Subnodes subnodes = new Subnodes();
        if (block != 0) {
            subnodes.collect(file, block, 1, damages);
        }
        return subnodes;
    }

    Optional<Node> find(int id) {
        return Optional.ofNullable(nodes.get(id));
    }

    /** By id. */
    Iterable<Node> all() {
        return nodes.values();
    }

    private void collect(PstFile file, long id, int highest, Damages damages) throws IOException {
        PstFile.Block block = file.block(id);
        block.damage().ifPresent(damages::add);
        byte[] bytes = block.bytes();
        Form form = file.form();
        int first = form.isAnsi() ? 4 : 8;
        int level = bytes.length < first ? Integer.MAX_VALUE : Octets.u8(bytes, 1);
        if (level > highest || Octets.u8(bytes, 0) != LIST) {
            throw new DamageException("block %d is no list of nodes".formatted(id));
        }
        int size = (level == 0 ? 3 : 2) * form.word;
        int entries = Math.min(Octets.u16(bytes, 2), (bytes.length - first) / size);
        for (int i = 0; i < entries; i++) {
            int at = first + i * size;
            int node = Octets.i32(bytes, at);
            if (level == 0) {
                nodes.put(
                        node,
                        new Node(node, form.word(bytes, at + form.word), form.word(bytes, at + 2 * form.word), 0));
                if (nodes.size() > AT_MOST) {
                    throw new DamageException("a node states more than %,d nodes below it".formatted(AT_MOST));
                }
            } else {
                try {
                    collect(file, form.word(bytes, at + form.word), 0, damages);
                } catch (DamageException e) {
                    damages.add(e.why());
                }
            }
        }
    }
}
