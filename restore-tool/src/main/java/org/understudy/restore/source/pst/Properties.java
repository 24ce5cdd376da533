package org.understudy.restore.source.pst;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.understudy.storage.Content;

/**
 * The properties of one object, by their ids ([MS-OXPROPS]). One that is not there, cannot be read, or has another type
 * than asked for is empty; where it cannot be read, that is noted.
 */
final class Properties {
    static final int LIMIT = 32 << 20;

    private static final int KIND = 0xbc;
    private static final int KEY = 2;
    private static final int VALUE = 6;

    private static final int SHORT = 0x0002;
    private static final int LONG = 0x0003;
    private static final int BOOLEAN = 0x000b;
    private static final int OBJECT = 0x000d;
    private static final int STRING = 0x001e;
    private static final int UNICODE = 0x001f;
    private static final int TIME = 0x0040;
    private static final int BINARY = 0x0102;
    private static final int UNICODES = 0x101f;

    /** Seconds from 1601, from which the format counts, to 1970. */
    private static final long FROM_1601 = 11_644_473_600L;

    private static final int MESSAGE_CODE_PAGE = 0x3ffd;
    private static final int INTERNET_CODE_PAGE = 0x3fde;

    private record Value(int type, int raw) {}

    private final PstFile file;
    private final Heap heap;
    private final Subnodes subnodes;
    private final Damages damages;
    private final Map<Integer, Value> values = new HashMap<>();

    private Properties(PstFile file, Heap heap, Subnodes subnodes, Damages damages) {
        this.file = file;
        this.heap = heap;
        this.subnodes = subnodes;
        this.damages = damages;
    }

    /** @throws DamageException if the node holds no list of properties */
    static Properties of(PstFile file, Node node, Damages damages) throws IOException {
        Heap heap = new Heap(DataTree.of(file, node.data(), damages), file.form());
        if (heap.kind() != KIND) {
            throw new DamageException("a node that should hold properties holds kind 0x%02x".formatted(heap.kind()));
        }
        Subnodes subnodes;
        try {
            subnodes = Subnodes.of(file, node.subnodes(), damages);
        } catch (DamageException e) {
            damages.add(e.why());
            subnodes = new Subnodes();
        }
        Properties properties = new Properties(file, heap, subnodes, damages);
        heap.list(heap.root(), KEY, (bytes, at, length) -> {
            if (length == VALUE) {
                properties.values.put(
                        Octets.u16(bytes, at), new Value(Octets.u16(bytes, at + 2), Octets.i32(bytes, at + 4)));
            }
        });
        return properties;
    }

    Subnodes subnodes() {
        return subnodes;
    }

    boolean has(int id) {
        return values.containsKey(id);
    }

    Optional<Integer> integer(int id) {
        Value value = values.get(id);
        if (value == null) {
            return Optional.empty();
        }
        return switch (value.type()) {
            case LONG -> Optional.of(value.raw());
            case SHORT -> Optional.of((int) (short) value.raw());
            case BOOLEAN -> Optional.of(value.raw() & 0xff);
            default -> Optional.empty();
        };
    }

    Optional<String> string(int id) throws IOException {
        return string(id, codePage());
    }

    Optional<String> string(int id, Charset charset) throws IOException {
        Value value = values.get(id);
        if (value == null || value.type() != STRING && value.type() != UNICODE) {
            return Optional.empty();
        }
        Optional<byte[]> bytes = bytes(value.raw());
        return bytes.map(b -> text(b, value.type() == UNICODE ? StandardCharsets.UTF_16LE : charset));
    }

    /** Several strings. */
    List<String> strings(int id) throws IOException {
        Value value = values.get(id);
        if (value == null || value.type() != UNICODES) {
            return List.of();
        }
        byte[] bytes = bytes(value.raw()).orElse(new byte[0]);
        List<String> strings = new ArrayList<>();
        int count = bytes.length < 4 ? 0 : Math.min(Octets.i32(bytes, 0), (bytes.length - 4) / 4);
        for (int i = 0; i < count; i++) {
            int from = Octets.i32(bytes, 4 + 4 * i);
            int to = i + 1 < count ? Octets.i32(bytes, 8 + 4 * i) : bytes.length;
            if (from >= 0 && from <= to && to <= bytes.length) {
                strings.add(text(java.util.Arrays.copyOfRange(bytes, from, to), StandardCharsets.UTF_16LE));
            }
        }
        return strings;
    }

    Optional<Instant> time(int id) throws IOException {
        Value value = values.get(id);
        if (value == null || value.type() != TIME) {
            return Optional.empty();
        }
        Optional<byte[]> bytes = bytes(value.raw());
        if (bytes.isEmpty() || bytes.get().length < 8) {
            return Optional.empty();
        }
        long ticks = Octets.i64(bytes.get(), 0);
        try {
            return ticks <= 0
                    ? Optional.empty()
                    : Optional.of(Instant.ofEpochSecond(ticks / 10_000_000 - FROM_1601, ticks % 10_000_000 * 100));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** Octets in memory, of strings too, as they lie in the file. */
    Optional<byte[]> binary(int id) throws IOException {
        Value value = values.get(id);
        return value == null || value.type() != BINARY && value.type() != STRING && value.type() != UNICODE
                ? Optional.empty()
                : bytes(value.raw());
    }

    /** Octets read when needed, of any number. */
    Optional<Content> content(int id) throws IOException {
        Value value = values.get(id);
        if (value == null) {
            return Optional.empty();
        }
        if (value.type() == OBJECT) {
            Optional<Node> node = object(id);
            return node.isEmpty() ? Optional.empty() : Optional.of(content(node.get()));
        }
        if (value.type() != BINARY || Heap.isPiece(value.raw())) {
            return binary(id).map(Content::of);
        }
        Optional<Node> node = subnodes.find(value.raw());
        if (node.isEmpty()) {
            damages.add("node %08x, which holds property %04x, is missing".formatted(value.raw(), id));
            return Optional.empty();
        }
        return Optional.of(content(node.get()));
    }

    private Content content(Node node) throws IOException {
        return DataTree.of(file, node.data(), damages).content();
    }

    /** The node that a property is, for example an attached message. */
    Optional<Node> object(int id) throws IOException {
        Value value = values.get(id);
        if (value == null || value.type() != OBJECT) {
            return Optional.empty();
        }
        Optional<byte[]> bytes = Heap.isPiece(value.raw()) ? bytes(value.raw()) : Optional.empty();
        Optional<Node> node = bytes.isEmpty() || bytes.get().length < 4
                ? subnodes.find(value.raw())
                : subnodes.find(Octets.i32(bytes.get(), 0));
        if (node.isEmpty()) {
            damages.add("the node that property %04x names is missing".formatted(id));
        }
        return node;
    }

    /** The character set of strings that are not Unicode. */
    Charset codePage() {
        return CodePages.of(
                integer(MESSAGE_CODE_PAGE).orElse(integer(INTERNET_CODE_PAGE).orElse(0)));
    }

    private Optional<byte[]> bytes(int id) throws IOException {
        return bytes(file, heap, subnodes, id, damages);
    }

    /** What an id of a piece or of a node stands for; 0 for nothing. */
    static Optional<byte[]> bytes(PstFile file, Heap heap, Subnodes subnodes, int id, Damages damages)
            throws IOException {
        if (id == 0) {
            return Optional.of(new byte[0]);
        }
        try {
            if (Heap.isPiece(id)) {
                return Optional.of(heap.piece(id));
            }
            Optional<Node> node = subnodes.find(id);
            if (node.isEmpty()) {
                damages.add("node %08x, which holds a property, is missing".formatted(id));
                return Optional.empty();
            }
            return Optional.of(DataTree.of(file, node.get().data(), damages).bytes(LIMIT));
        } catch (DamageException e) {
            damages.add(e.why());
            return Optional.empty();
        }
    }

    static String text(byte[] bytes, Charset charset) {
        String text = new String(bytes, charset);
        int end = text.length();
        while (end > 0 && text.charAt(end - 1) == 0) {
            end--;
        }
        return text.substring(0, end);
    }
}
