package org.understudy.restore.pages;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A list of a document, in pieces of {@code each} items; the last may have fewer.
 *
 * @param items in all
 */
public record PagedList(long items, int each, List<Piece> pieces) {
    public static final PagedList EMPTY = new PagedList(0, 1, List.of());

    public PagedList {
        pieces = List.copyOf(pieces);
        if (each < 1 || pieces.size() != (items + each - 1) / each) {
            throw new IllegalArgumentException(items + " items do not lie in " + pieces.size() + " pieces of " + each);
        }
    }

    /** How many pages of a piece each, 1 at least. */
    public int pages() {
        return Math.max(1, pieces.size());
    }

    /**
     * Reads one page.
     *
     * @param page from 1; empty beyond the last
     * @throws StaleIndexException if the document does not hold what the index says
     */
    public <T> List<T> page(Path document, int page, ObjectMapper mapper, Class<T> type) throws StaleIndexException {
        if (page < 1 || page > pieces.size()) {
            return List.of();
        }
        byte[] octets = octets(document, pieces.get(page - 1));
        try {
            List<T> list = new ArrayList<>();
            for (T one : mapper.readerForListOf(type).<List<T>>readValue(octets)) {
                list.add(one);
            }
            return list;
        } catch (JsonProcessingException e) {
            throw new StaleIndexException(document + ": page " + page + " is no list: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new IllegalStateException("memory does not fail", e);
        }
    }

    /** A piece between brackets. */
    private static byte[] octets(Path document, Piece piece) throws StaleIndexException {
        ByteBuffer buffer = ByteBuffer.allocate(piece.octets() + 2);
        buffer.put((byte) '[').limit(piece.octets() + 1);
        try (FileChannel channel = FileChannel.open(document)) {
            long at = piece.offset();
            while (buffer.hasRemaining()) {
                int read = channel.read(buffer, at);
                if (read < 0) {
                    throw new StaleIndexException(document + " is shorter than its index says");
                }
                at += read;
            }
        } catch (IOException e) {
            throw org.understudy.restore.job.OnDisk.failure("cannot read " + document, e);
        }
        byte[] all = buffer.array();
        CRC32C crc = new CRC32C();
        crc.update(all, 1, piece.octets());
        if (crc.getValue() != piece.crc32c()) {
            throw new StaleIndexException(document + " was changed at octet " + piece.offset());
        }
        all[all.length - 1] = ']';
        return all;
    }
}
