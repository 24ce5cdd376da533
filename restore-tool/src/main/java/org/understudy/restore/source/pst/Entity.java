package org.understudy.restore.source.pst;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.Content;

/** A MIME entity that is written out when it is read; large parts are never held in memory. */
sealed interface Entity {
    /** @param fields whole fields without the last line end, Content-Type and all */
    record Leaf(List<String> fields, Content encoded) implements Entity {}

    record Multipart(String subtype, List<Entity> parts) implements Entity {}

    /** Fields, an empty line and the body are there already, in one. */
    record Verbatim(Content octets) implements Entity {}

    /** Text, plain or HTML. */
    static Leaf text(String subtype, String charset, byte[] bytes) {
        MimeText.Encoded encoded = charset.startsWith("UTF-16")
                ? new MimeText.Encoded(
                        "base64",
                        (Base64.getMimeEncoder().encodeToString(bytes) + "\r\n").getBytes(StandardCharsets.US_ASCII))
                : MimeText.text(bytes);
        return new Leaf(
                List.of(
                        "Content-Type: text/" + subtype + "; charset=" + charset,
                        "Content-Transfer-Encoding: " + encoded.encoding()),
                Content.of(encoded.bytes()));
    }

    /** Octets as base64. */
    static Leaf base64(List<String> fields, Content octets) {
        List<String> all = new ArrayList<>(fields);
        all.add("Content-Transfer-Encoding: base64");
        return new Leaf(List.copyOf(all), new Base64Content(octets));
    }

    /**
     * All of it.
     *
     * @param header the fields before those of the entity, each with its line end
     * @param mark what tells this message's delimiters from those of messages within it
     */
    static Content written(byte[] header, Entity entity, String mark) {
        List<Content> pieces = new ArrayList<>();
        pieces.add(Content.of(header));
        write(entity, mark, new int[1], pieces);
        return joined(pieces);
    }

    private static void write(Entity entity, String mark, int[] count, List<Content> to) {
        switch (entity) {
            case Leaf leaf -> {
                to.add(ascii(String.join("\r\n", leaf.fields()) + "\r\n\r\n"));
                to.add(leaf.encoded());
            }
            case Verbatim verbatim -> to.add(verbatim.octets());
            case Multipart multipart -> {
                String boundary = "=_understudy_" + mark + "_" + ++count[0];
                to.add(ascii("Content-Type: multipart/" + multipart.subtype() + ";\r\n\tboundary=\"" + boundary
                        + "\"\r\n\r\n"));
                for (Entity part : multipart.parts()) {
                    to.add(ascii("--" + boundary + "\r\n"));
                    write(part, mark, count, to);
                    to.add(ascii("\r\n"));
                }
                to.add(ascii("--" + boundary + "--\r\n"));
            }
        }
    }

    private static Content ascii(String text) {
        return Content.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Content joined(List<Content> pieces) {
        List<Content> all = List.copyOf(pieces);
        long size = all.stream().mapToLong(Content::size).sum();
        return new Content() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public InputStream open() {
                return new Joined(all.iterator());
            }
        };
    }

    /** One stream after the other, each opened when its turn comes. */
    final class Joined extends InputStream {
        private final Iterator<Content> pieces;
        private @Nullable InputStream current;

        private Joined(Iterator<Content> pieces) {
            this.pieces = pieces;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            while (true) {
                InputStream in = current;
                if (in == null) {
                    if (!pieces.hasNext()) {
                        return -1;
                    }
                    in = pieces.next().open();
                    current = in;
                }
                int n = in.read(to, offset, length);
                if (n > 0) {
                    return n;
                }
                in.close();
                current = null;
            }
        }

        @Override
        public void close() throws IOException {
            if (current != null) {
                current.close();
            }
        }
    }

    /** Octets as base64 in lines of 76 characters, encoded while they are read. */
    record Base64Content(Content octets) implements Content {
        private static final int LINE = 57;
        private static final int LINES = 512;

        @Override
        public long size() {
            long whole = octets.size() / LINE;
            long rest = octets.size() % LINE;
            return whole * 78 + (rest == 0 ? 0 : (rest + 2) / 3 * 4 + 2);
        }

        @Override
        public InputStream open() throws IOException {
            InputStream in = octets.open();
            return new Pieces() {
                @Override
                byte @Nullable [] next() throws IOException {
                    byte[] raw = in.readNBytes(LINE * LINES);
                    return raw.length == 0
                            ? null
                            : (Base64.getMimeEncoder().encodeToString(raw) + "\r\n")
                                    .getBytes(StandardCharsets.US_ASCII);
                }

                @Override
                public void close() throws IOException {
                    in.close();
                }
            };
        }
    }
}
