package org.understudy.restore.pages;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.understudy.restore.json.RestoreJson;
import org.understudy.storage.keyspace.Digest;

/** Reads a document from its first octet to its last, twice: for its values and the places of its lists, then for the sums. */
final class DocumentScan {
    private static final int BUFFER = 1 << 16;

    private final Map<String, Integer> each;
    private final Map<String, List<long[]>> places = new HashMap<>();
    private final Map<String, Long> items = new HashMap<>();

    /** @param each the lists to index, and how many items a piece of each has */
    private DocumentScan(Map<String, Integer> each) {
        this.each = each;
    }

    /** Takes the values that are no indexed lists. */
    interface Fields {
        /** @param in at the value's first token; to be left at its last */
        void field(String name, JsonParser in) throws IOException;
    }

    record Scanned(DocumentMark document, Map<String, PagedList> lists) {
        PagedList list(String name) {
            return lists.getOrDefault(name, PagedList.EMPTY);
        }
    }

    /** @throws IOException if it cannot be read, or is no JSON object */
    static Scanned of(Path document, Map<String, Integer> each, Fields fields) throws IOException {
        DocumentScan scan = new DocumentScan(each);
        scan.values(document, fields);
        return scan.sums(document);
    }

    private void values(Path document, Fields fields) throws IOException {
        try (InputStream file = Files.newInputStream(document);
                JsonParser in = RestoreJson.mapper().createParser(file)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException(document + " is no JSON object");
            }
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                String name = in.currentName();
                in.nextToken();
                Integer size = each.get(name);
                if (size != null && in.currentToken() == JsonToken.START_ARRAY) {
                    list(name, size, in);
                } else {
                    fields.field(name, in);
                }
            }
        }
    }

    private void list(String name, int size, JsonParser in) throws IOException {
        List<long[]> pieces = new ArrayList<>();
        long count = 0;
        while (in.nextToken() != JsonToken.END_ARRAY) {
            if (count % size == 0) {
                pieces.add(new long[] {in.currentTokenLocation().getByteOffset(), 0});
            }
            in.skipChildren();
            pieces.getLast()[1] = in.currentLocation().getByteOffset();
            count++;
        }
        places.put(name, pieces);
        items.put(name, count);
    }

    /** One list that is under way in the second reading. */
    private static final class Summing {
        private final String name;
        private final List<long[]> places;
        private final List<Piece> done = new ArrayList<>();
        private CRC32C crc = new CRC32C();

        Summing(String name, List<long[]> places) {
            this.name = name;
            this.places = places;
        }

        /** Takes octets that begin at a place of the document. */
        void take(byte[] octets, int length, long at) {
            while (done.size() < places.size()) {
                long[] piece = places.get(done.size());
                long from = Math.max(piece[0], at);
                long to = Math.min(piece[1], at + length);
                if (from < to) {
                    crc.update(octets, (int) (from - at), (int) (to - from));
                }
                if (piece[1] > at + length) {
                    return;
                }
                done.add(new Piece(piece[0], Math.toIntExact(piece[1] - piece[0]), crc.getValue()));
                crc = new CRC32C();
            }
        }
    }

    private Scanned sums(Path document) throws IOException {
        MessageDigest sha256 = Digest.sha256();
        List<Summing> summing = new ArrayList<>();
        places.forEach((name, pieces) -> summing.add(new Summing(name, pieces)));
        byte[] octets = new byte[BUFFER];
        long at = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(document), BUFFER)) {
            for (int read = in.read(octets); read >= 0; read = in.read(octets)) {
                sha256.update(octets, 0, read);
                for (Summing one : summing) {
                    one.take(octets, read, at);
                }
                at += read;
            }
        }
        Map<String, PagedList> lists = new HashMap<>();
        for (Summing one : summing) {
            lists.put(
                    one.name,
                    new PagedList(
                            items.getOrDefault(one.name, 0L),
                            java.util.Objects.requireNonNull(each.get(one.name)),
                            one.done));
        }
        return new Scanned(new DocumentMark(at, Digest.of(sha256.digest()).toString()), lists);
    }
}
