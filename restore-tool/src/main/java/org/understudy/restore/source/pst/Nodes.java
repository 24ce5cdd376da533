package org.understudy.restore.source.pst;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** All nodes of a file, read once from the index of nodes; about 24 octets of memory each. */
final class Nodes {
    private static final int TYPE = 0x81;
    private static final int HIGHEST = 8;

    /**
     * A page of the index that could not be read, or not trusted.
     *
     * @param lost whether the nodes that it names are not known
     */
    record Fault(long offset, boolean lost, String why) {}

    private int[] ids = new int[256];
    private int[] parents = new int[256];
    private long[] data = new long[256];
    private long[] subnodes = new long[256];
    private int size;
    private final List<Fault> faults = new ArrayList<>();

    private Nodes() {}

    /** Damage of the index costs the nodes of that page and no other. */
    static Nodes read(PstFile file) throws IOException {
        Nodes nodes = new Nodes();
        nodes.collect(file, file.nodeRoot(), HIGHEST, new HashSet<>());
        nodes.sort();
        return nodes;
    }

    int size() {
        return size;
    }

    List<Fault> faults() {
        return faults;
    }

    /** By id. */
    Node get(int index) {
        return new Node(ids[index], data[index], subnodes[index], parents[index]);
    }

    Optional<Node> find(int id) {
        int low = 0;
        int high = size - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = Integer.compareUnsigned(ids[middle], id);
            if (order == 0) {
                return Optional.of(get(middle));
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return Optional.empty();
    }

    private void collect(PstFile file, long offset, int below, Set<Long> seen) throws IOException {
        PstFile.Page page;
        try {
            page = file.page(offset, TYPE);
        } catch (DamageException e) {
            faults.add(new Fault(offset, true, e.why()));
            return;
        }
        if (page.level() >= below || !seen.add(offset)) {
            faults.add(new Fault(
                    offset, true, "the page at offset %,d stands in the wrong place of the index".formatted(offset)));
            return;
        }
        if (!page.sound()) {
            faults.add(new Fault(
                    offset,
                    false,
                    "the page at offset %,d has a wrong checksum; its entries were taken as they are"
                            .formatted(offset)));
        }
        Form form = file.form();
        for (int i = 0; i < page.entries(); i++) {
            int at = i * page.entrySize();
            if (page.level() > 0) {
                collect(file, form.word(page.bytes(), at + 2 * form.word), page.level(), seen);
            } else {
                add(
                        Octets.i32(page.bytes(), at),
                        form.word(page.bytes(), at + form.word),
                        form.word(page.bytes(), at + 2 * form.word),
                        Octets.i32(page.bytes(), at + 3 * form.word));
            }
        }
    }

    private void add(int id, long dataBlock, long subnodeBlock, int parent) {
        if (size == ids.length) {
            ids = Arrays.copyOf(ids, size * 2);
            parents = Arrays.copyOf(parents, size * 2);
            data = Arrays.copyOf(data, size * 2);
            subnodes = Arrays.copyOf(subnodes, size * 2);
        }
        ids[size] = id;
        data[size] = dataBlock;
        subnodes[size] = subnodeBlock;
        parents[size] = parent;
        size++;
    }

    /** A sound index is in order already; a damaged one may not be, or may name a node twice. */
    private void sort() {
        boolean ordered = true;
        for (int i = 1; i < size && ordered; i++) {
            ordered = Integer.compareUnsigned(ids[i - 1], ids[i]) < 0;
        }
        if (ordered) {
            return;
        }
        Integer[] order = new Integer[size];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, (a, b) -> Integer.compareUnsigned(ids[a], ids[b]));
        int[] oldIds = ids;
        int[] oldParents = parents;
        long[] oldData = data;
        long[] oldSubnodes = subnodes;
        int count = size;
        ids = new int[count + 1];
        parents = new int[count + 1];
        data = new long[count + 1];
        subnodes = new long[count + 1];
        size = 0;
        for (int i = 0; i < count; i++) {
            int from = order[i];
            if (size == 0 || ids[size - 1] != oldIds[from]) {
                add(oldIds[from], oldData[from], oldSubnodes[from], oldParents[from]);
            } else {
                faults.add(new Fault(0, false, "the index names node %08x twice".formatted(oldIds[from])));
            }
        }
    }
}
