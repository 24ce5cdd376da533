package org.understudy.restore.source.pst;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** A table of rows, by the ids of properties as columns ([MS-PST] section 2.3.4). */
final class TableReader {
    private static final int KIND = 0x7c;
    private static final int INFO = 22;
    private static final int COLUMN = 8;
    private static final int ROW_KEY = 4;
    private static final int ROWS_AT_MOST = 100_000;

    private record Column(int type, int at, int size, int bit) {}

    private final PstFile file;
    private final Heap heap;
    private final Subnodes subnodes;
    private final Damages damages;
    private final Map<Integer, Column> columns = new HashMap<>();
    private final byte[] info;

    private TableReader(PstFile file, Heap heap, Subnodes subnodes, Damages damages) throws IOException {
        this.file = file;
        this.heap = heap;
        this.subnodes = subnodes;
        this.damages = damages;
        info = heap.piece(heap.root());
        if (heap.kind() != KIND || info.length < INFO || Octets.u8(info, 0) != KIND) {
            throw new DamageException("a node that should hold a table holds none");
        }
        for (int i = 0; i < Octets.u8(info, 1) && INFO + (i + 1) * COLUMN <= info.length; i++) {
            int at = INFO + i * COLUMN;
            columns.put(
                    Octets.u16(info, at + 2),
                    new Column(
                            Octets.u16(info, at),
                            Octets.u16(info, at + 4),
                            Octets.u8(info, at + 6),
                            Octets.u8(info, at + 7)));
        }
    }

    /** @throws DamageException if the node holds no table */
    static TableReader of(PstFile file, Node node, Damages damages) throws IOException {
        Heap heap = new Heap(DataTree.of(file, node.data(), damages), file.form());
        return new TableReader(file, heap, Subnodes.of(file, node.subnodes(), damages), damages);
    }

    /** The ids of the rows: those of the nodes that the rows are of. */
    Set<Integer> rowIds() throws IOException {
        Set<Integer> ids = new TreeSet<>(Integer::compareUnsigned);
        heap.list(Octets.i32(info, 10), ROW_KEY, (bytes, at, length) -> ids.add(Octets.i32(bytes, at)));
        return ids;
    }

    /** One row. */
    final class Row {
        private final byte[] bytes;
        private final int from;
        private final int exists;

        private Row(byte[] bytes, int from, int exists) {
            this.bytes = bytes;
            this.from = from;
            this.exists = exists;
        }

        private Optional<Column> cell(int id) {
            Column column = columns.get(id);
            return column == null || (bytes[from + exists + column.bit() / 8] & 0x80 >>> column.bit() % 8) == 0
                    ? Optional.empty()
                    : Optional.of(column);
        }

        Optional<Integer> integer(int id) {
            return cell(id).filter(column -> column.size() == 4).map(column -> Octets.i32(bytes, from + column.at()));
        }

        Optional<String> string(int id, Charset charset) throws IOException {
            Optional<Column> column = cell(id);
            if (column.isEmpty() || column.get().size() != 4) {
                return Optional.empty();
            }
            int type = column.get().type();
            if (type != 0x1e && type != 0x1f) {
                return Optional.empty();
            }
            Optional<byte[]> text = Properties.bytes(
                    file, heap, subnodes, Octets.i32(bytes, from + column.get().at()), damages);
            return text.map(b -> Properties.text(b, type == 0x1f ? StandardCharsets.UTF_16LE : charset));
        }
    }

    /** All rows, in the order in which they lie there; at most 100,000. */
    List<Row> rows() throws IOException {
        int exists = Octets.u16(info, 6);
        int size = Octets.u16(info, 8);
        int id = Octets.i32(info, 14);
        List<Row> rows = new ArrayList<>();
        if (id == 0 || size == 0) {
            return rows;
        }
        boolean fits = exists + (columns.size() + 7) / 8 <= size;
        for (Column column : columns.values()) {
            fits = fits && column.at() + column.size() <= size && exists + column.bit() / 8 < size;
        }
        if (!fits) {
            throw new DamageException("a table's columns do not fit in its rows");
        }
        if (Heap.isPiece(id)) {
            add(rows, heap.piece(id), exists, size);
            return rows;
        }
        Node node = subnodes.find(id)
                .orElseThrow(() -> new DamageException("node %08x with a table's rows is missing".formatted(id)));
        DataTree data = DataTree.of(file, node.data(), damages);
        for (int i = 0; i < data.blocks(); i++) {
            add(rows, data.block(i), exists, size);
        }
        return rows;
    }

    private void add(List<Row> rows, byte[] block, int exists, int size) {
        for (int at = 0; at + size <= block.length && rows.size() < ROWS_AT_MOST; at += size) {
            rows.add(new Row(block, at, exists));
        }
    }
}
