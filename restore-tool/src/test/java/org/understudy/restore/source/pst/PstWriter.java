package org.understudy.restore.source.pst;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.Deflater;

/** Writes Outlook data files of each form, with every block and page summed, for tests. */
final class PstWriter {
    static final int ROOT = 0x122;
    static final int TOP = 0x8022;

    /** Property id to value: Integer, Boolean, String, Instant, byte[], or a {@link Parts} that is an object. */
    static final class Parts {
        final TreeMap<Integer, Object> properties = new TreeMap<>();
        final List<Map<Integer, Object>> recipients = new ArrayList<>();
        final List<Parts> attachments = new ArrayList<>();

        Parts with(int id, Object value) {
            properties.put(id, value);
            return this;
        }

        Parts to(int kind, String name, String address) {
            recipients.add(Map.of(0x0c15, kind, 0x3001, name, 0x3002, "SMTP", 0x3003, address));
            return this;
        }

        Parts attach(Parts attachment) {
            attachments.add(attachment);
            return this;
        }
    }

    private record Block(long id, long offset, int stored, int unpacked) {}

    private record Written(long data, long subnodes) {}

    private final Form form;
    private final Scrambling scrambling;
    private final byte[] scramble = new byte[256];
    private final ByteArrayOutputStream file = new ByteArrayOutputStream();
    private final TreeMap<Long, Block> blocks = new TreeMap<>();
    private final TreeMap<Integer, long[]> nodes = new TreeMap<>(Integer::compareUnsigned);
    private final Map<Integer, List<Integer>> contents = new LinkedHashMap<>();
    private long nextBlock = 4;

    PstWriter(Form form, Scrambling scrambling) throws IOException {
        this.form = form;
        this.scrambling = scrambling;
        byte[] all = new byte[256];
        for (int i = 0; i < 256; i++) {
            all[i] = (byte) i;
        }
        Scrambling.PERMUTED.undo(all, 256, 0);
        for (int i = 0; i < 256; i++) {
            scramble[all[i] & 0xff] = (byte) i;
        }
        file.write(new byte[8192]);
        byte[] top = ByteBuffer.allocate(24)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(20, TOP)
                .array();
        node(Node.MESSAGE_STORE, 0, new Parts().with(0x3001, "store").with(0x35e0, top));
        node(ROOT, ROOT, new Parts().with(0x3001, ""));
        folder(TOP, ROOT, "Top of Outlook data file", "");
    }

    PstWriter password() throws IOException {
        nodes.remove(Node.MESSAGE_STORE);
        byte[] top = ByteBuffer.allocate(24)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(20, TOP)
                .array();
        node(Node.MESSAGE_STORE, 0, new Parts().with(0x35e0, top).with(0x67ff, 0x12345678));
        return this;
    }

    PstWriter folder(int id, int parent, String name, String holds) throws IOException {
        node(id, parent, new Parts().with(0x3001, name).with(0x3613, holds));
        contents.put(id, new ArrayList<>());
        return this;
    }

    PstWriter message(int id, int folder, Parts parts) throws IOException {
        contents.computeIfAbsent(folder, none -> new ArrayList<>()).add(id);
        return node(id, folder, parts);
    }

    /** Lists a message in a folder's table that is not there. */
    PstWriter listed(int id, int folder) {
        contents.computeIfAbsent(folder, none -> new ArrayList<>()).add(id);
        return this;
    }

    PstWriter setting(int id, int folder) throws IOException {
        return node(id, folder, new Parts().with(0x001a, "IPM.Configuration.Rule"));
    }

    /** The names of properties: one of a string, which gets the id 0x8000. */
    PstWriter named(String name) throws IOException {
        byte[] string = name.getBytes(StandardCharsets.UTF_16LE);
        byte[] strings =
                little(string.length + 4).putInt(string.length).put(string).array();
        byte[] entries = little(8)
                .putInt(0)
                .putShort((short) (2 << 1 | 1))
                .putShort((short) 0)
                .array();
        return node(
                Node.PROPERTY_NAMES,
                0,
                new Parts().with(0x0002, new byte[16]).with(0x0003, entries).with(0x0004, strings));
    }

    private PstWriter node(int id, int parent, Parts parts) throws IOException {
        Written written = write(parts);
        nodes.put(id, new long[] {written.data(), written.subnodes(), parent & 0xffff_ffffL});
        return this;
    }

    private Written write(Parts parts) throws IOException {
        TreeMap<Integer, Written> below = new TreeMap<>();
        List<byte[]> pieces = new ArrayList<>(List.of(new byte[0], new byte[0]));
        ByteBuffer records = little(8 * parts.properties.size());
        int next = 0x8001;
        for (Map.Entry<Integer, Object> property : parts.properties.entrySet()) {
            records.putShort((short) (int) property.getKey());
            switch (property.getValue()) {
                case Integer i -> records.putShort((short) 3).putInt(i);
                case Boolean b -> records.putShort((short) 0x0b).putInt(b ? 1 : 0);
                case Instant time -> {
                    long ticks = (time.getEpochSecond() + 11_644_473_600L) * 10_000_000L + time.getNano() / 100;
                    pieces.add(little(8).putLong(ticks).array());
                    records.putShort((short) 0x40).putInt(pieces.size() << 5);
                }
                case Parts object -> {
                    int id = next++ << 5 | 0x04;
                    below.put(id, write(object));
                    pieces.add(little(8).putInt(id).putInt(0).array());
                    records.putShort((short) 0x0d).putInt(pieces.size() << 5);
                }
                case List<?> strings -> {
                    pieces.add(strings(strings));
                    records.putShort((short) 0x101f).putInt(pieces.size() << 5);
                }
                default -> {
                    boolean text = property.getValue() instanceof String;
                    byte[] bytes = text
                            ? ((String) property.getValue()).getBytes(StandardCharsets.UTF_16LE)
                            : (byte[]) property.getValue();
                    records.putShort((short) (text ? 0x1f : 0x102));
                    if (bytes.length > 1000) {
                        int id = next++ << 5 | 0x1f;
                        below.put(id, new Written(data(bytes), 0));
                        records.putInt(id);
                    } else {
                        pieces.add(bytes);
                        records.putInt(bytes.length == 0 ? 0 : pieces.size() << 5);
                    }
                }
            }
        }
        pieces.set(0, listHeader(2, 6));
        pieces.set(1, records.array());
        if (!parts.recipients.isEmpty()) {
            below.put(Node.RECIPIENTS, new Written(block(table(parts.recipients, List.of()), false), 0));
        }
        if (!parts.attachments.isEmpty()) {
            List<Integer> ids = new ArrayList<>();
            for (Parts attachment : parts.attachments) {
                int id = 0x8000 + ids.size() << 5 | 0x05;
                ids.add(id);
                below.put(id, write(attachment));
            }
            List<Map<Integer, Object>> rows = new ArrayList<>();
            ids.forEach(id -> rows.add(Map.of(0x3705, 1)));
            below.put(Node.ATTACHMENTS, new Written(block(table(rows, ids), false), 0));
        }
        return new Written(block(heap(0xbc, pieces), false), below.isEmpty() ? 0 : list(below));
    }

    private static byte[] strings(List<?> strings) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer head = little(4 + 4 * strings.size()).putInt(strings.size());
        for (Object string : strings) {
            head.putInt(4 + 4 * strings.size() + out.size());
            out.writeBytes(string.toString().getBytes(StandardCharsets.UTF_16LE));
        }
        byte[] tail = out.toByteArray();
        return little(head.capacity() + tail.length).put(head.array()).put(tail).array();
    }

    private static byte[] listHeader(int key, int value) {
        return little(8)
                .put((byte) 0xb5)
                .put((byte) key)
                .put((byte) value)
                .put((byte) 0)
                .putInt(2 << 5)
                .array();
    }

    /** Piece 1 is the root, 2 the records of its list. */
    private static byte[] heap(int kind, List<byte[]> pieces) {
        int size = 12;
        for (byte[] piece : pieces) {
            size += piece.length;
        }
        ByteBuffer heap = little(size + 6 + 2 * pieces.size());
        heap.putShort((short) size)
                .put((byte) 0xec)
                .put((byte) kind)
                .putInt(1 << 5)
                .putInt(0);
        ByteBuffer map =
                little(6 + 2 * pieces.size()).putShort((short) pieces.size()).putShort((short) 0);
        for (byte[] piece : pieces) {
            map.putShort((short) heap.position());
            heap.put(piece);
        }
        map.putShort((short) heap.position());
        return heap.put(map.array()).array();
    }

    /** Rows with four octets a column; texts as pieces of the heap. */
    private static byte[] table(List<Map<Integer, Object>> rows, List<Integer> ids) {
        List<Integer> columns = new ArrayList<>(
                rows.isEmpty() ? List.<Integer>of() : rows.get(0).keySet());
        columns.sort(null);
        int exists = 4 * (columns.size() + 1);
        int size = exists + 1;
        List<byte[]> pieces = new ArrayList<>(List.of(new byte[0], new byte[0], new byte[0], new byte[0]));
        ByteBuffer matrix = little(size * rows.size());
        ByteBuffer index = little(8 * rows.size());
        for (int r = 0; r < rows.size(); r++) {
            int id = ids.isEmpty() ? r : ids.get(r);
            index.putInt(id).putInt(r);
            matrix.putInt(id);
            for (int column : columns) {
                Object value = rows.get(r).get(column);
                if (value instanceof Integer i) {
                    matrix.putInt(i);
                } else {
                    pieces.add(value.toString().getBytes(StandardCharsets.UTF_16LE));
                    matrix.putInt(pieces.size() << 5);
                }
            }
            matrix.put((byte) (0xff << 7 - columns.size()));
        }
        ByteBuffer info = little(22 + 8 * (columns.size() + 1));
        info.put((byte) 0x7c).put((byte) (columns.size() + 1));
        info.putShort((short) exists)
                .putShort((short) exists)
                .putShort((short) exists)
                .putShort((short) size);
        info.putInt(3 << 5).putInt(rows.isEmpty() ? 0 : 4 << 5).putInt(0);
        info.putInt(0x67f20003).putShort((short) 0).put((byte) 4).put((byte) 0);
        for (int c = 0; c < columns.size(); c++) {
            boolean text = !rows.isEmpty() && rows.get(0).get(columns.get(c)) instanceof String;
            info.putInt(columns.get(c) << 16 | (text ? 0x1f : 3))
                    .putShort((short) (4 * (c + 1)))
                    .put((byte) 4)
                    .put((byte) (c + 1));
        }
        pieces.set(0, info.array());
        pieces.set(1, index.array());
        pieces.set(2, listHeader(4, 4));
        pieces.set(3, matrix.array());
        return heap(0x7c, pieces);
    }

    /** Data of any length: one block, or lists of three blocks, and a list of those. */
    private long data(byte[] bytes) {
        int most = form == Form.LARGE_PAGES ? 65_512 : form.isAnsi() ? 8180 : 8176;
        if (bytes.length <= most) {
            return block(bytes, false);
        }
        List<Long> leaves = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += most) {
            leaves.add(block(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + most)), false));
        }
        if (leaves.size() <= 3) {
            return block(blockList(1, leaves, bytes.length), true);
        }
        List<Long> lists = new ArrayList<>();
        for (int i = 0; i < leaves.size(); i += 3) {
            List<Long> some = leaves.subList(i, Math.min(leaves.size(), i + 3));
            lists.add(block(blockList(1, some, some.size() * most), true));
        }
        return block(blockList(2, lists, bytes.length), true);
    }

    private byte[] blockList(int level, List<Long> ids, int total) {
        ByteBuffer list = little(8 + form.word * ids.size());
        list.put((byte) 1).put((byte) level).putShort((short) ids.size()).putInt(total);
        ids.forEach(id -> word(list, id));
        return list.array();
    }

    private long list(TreeMap<Integer, Written> below) {
        int first = form.isAnsi() ? 4 : 8;
        ByteBuffer list = little(first + 3 * form.word * below.size());
        list.put((byte) 2).put((byte) 0).putShort((short) below.size()).position(first);
        below.forEach((id, written) -> {
            word(list, id & 0xffff_ffffL);
            word(list, written.data());
            word(list, written.subnodes());
        });
        return block(list.array(), true);
    }

    private long block(byte[] data, boolean internal) {
        long id = nextBlock | (internal ? PstFile.INTERNAL : 0);
        nextBlock += 4;
        byte[] stored = data.clone();
        if (!internal && scrambling == Scrambling.PERMUTED) {
            for (int i = 0; i < stored.length; i++) {
                stored[i] = scramble[stored[i] & 0xff];
            }
        } else if (!internal) {
            scrambling.undo(stored, stored.length, id); // the third way is its own inverse
        }
        if (form == Form.LARGE_PAGES && !internal) {
            byte[] packed = deflate(stored);
            stored = packed.length < stored.length ? packed : stored;
        }
        align(form.alignment);
        long offset = file.size();
        int total = (stored.length + form.trailer + form.alignment - 1) / form.alignment * form.alignment;
        ByteBuffer block = little(total).put(stored);
        block.position(total - form.trailer);
        block.putShort((short) stored.length).putShort((short) 0);
        int sum = Checksum.of(stored, 0, stored.length);
        if (form.isAnsi()) {
            block.putInt((int) id).putInt(sum);
        } else {
            block.putInt(sum).putLong(id);
        }
        file.writeBytes(block.array());
        blocks.put(id, new Block(id, offset, stored.length, data.length));
        return id;
    }

    private static byte[] deflate(byte[] bytes) {
        Deflater deflater = new Deflater();
        deflater.setInput(bytes);
        deflater.finish();
        byte[] packed = new byte[bytes.length + 64];
        int length = deflater.deflate(packed);
        deflater.end();
        return Arrays.copyOf(packed, length);
    }

    void write(Path to) throws IOException {
        contents.forEach((folder, ids) -> {
            List<Map<Integer, Object>> rows = new ArrayList<>();
            ids.forEach(id -> rows.add(Map.of(0x0e07, 1)));
            long data = block(table(rows, ids), false);
            nodes.put(Node.sibling(folder, Node.CONTENTS), new long[] {data, 0, 0});
        });
        List<byte[]> nodeEntries = new ArrayList<>();
        nodes.forEach((id, node) -> {
            ByteBuffer entry = little(form.node);
            word(entry, id & 0xffff_ffffL);
            word(entry, node[0]);
            word(entry, node[1]);
            entry.putInt((int) node[2]);
            nodeEntries.add(entry.array());
        });
        long nodeRoot = tree(nodeEntries, 0x81, 0);
        List<byte[]> blockEntries = new ArrayList<>();
        blocks.values().forEach(block -> {
            ByteBuffer entry = little(form.block);
            word(entry, block.id());
            word(entry, block.offset());
            entry.putShort((short) block.stored());
            entry.putShort((short) (form == Form.LARGE_PAGES ? block.unpacked() : 2));
            blockEntries.add(entry.array());
        });
        long blockRoot = tree(blockEntries, 0x80, 0);
        byte[] whole = file.toByteArray();
        ByteBuffer header = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
        header.put(new byte[] {'!', 'B', 'D', 'N'}).putShort(8, (short) 0x4d53);
        header.putShort(10, (short) (form == Form.ANSI ? 14 : form == Form.UNICODE ? 23 : 36));
        header.put(form.isAnsi() ? 461 : 513, (byte) scrambling.ordinal());
        if (form.isAnsi()) {
            header.putInt(188, (int) nodeRoot).putInt(196, (int) blockRoot);
        } else {
            header.putLong(224, nodeRoot).putLong(240, blockRoot);
        }
        Files.write(to, whole);
    }

    /** Writes the pages of one level and those above; returns the root's offset. */
    private long tree(List<byte[]> entries, int type, int level) {
        int most = form.counts / Math.max(1, entries.isEmpty() ? 1 : entries.get(0).length);
        List<byte[]> above = new ArrayList<>();
        long offset = 0;
        for (int at = 0; at < Math.max(1, entries.size()); at += most) {
            List<byte[]> some = entries.subList(at, Math.min(entries.size(), at + most));
            align(form.page);
            offset = file.size();
            ByteBuffer page = little(form.page);
            some.forEach(page::put);
            int size = some.isEmpty() ? form.branch : some.get(0).length;
            boolean large = form == Form.LARGE_PAGES;
            page.position(form.counts);
            if (large) {
                page.putShort((short) some.size()).putShort((short) most);
            } else {
                page.put((byte) some.size()).put((byte) most);
            }
            page.put((byte) size).put((byte) level);
            page.put(form.covered, (byte) type).put(form.covered + 1, (byte) type);
            page.putInt(form.covered + (form.isAnsi() ? 8 : 4), Checksum.of(page.array(), 0, form.covered));
            file.writeBytes(page.array());
            ByteBuffer entry = little(form.branch);
            entry.put(some.isEmpty() ? new byte[form.word] : Arrays.copyOf(some.get(0), form.word));
            word(entry, nextBlock++);
            word(entry, offset);
            above.add(entry.array());
        }
        return above.size() == 1 ? offset : tree(above, type, level + 1);
    }

    private void align(int to) {
        while (file.size() % to != 0) {
            file.write(0);
        }
    }

    private void word(ByteBuffer to, long value) {
        if (form.word == 4) {
            to.putInt((int) value);
        } else {
            to.putLong(value);
        }
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
