package org.understudy.server.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.job.OnDisk;
import org.understudy.restore.operation.OperationJson;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * {@code ledger/rows.jsonl} of a data folder: a heading, then one line for each change, each with its checksum; of lines with
 * the same key the last one holds (docs/tls-ledger.md). One writer; readers may read at any time.
 */
final class LedgerFile implements AutoCloseable {
    static final String NAME = "rows.jsonl";
    static final int VERSION = 1;

    private static final String FORMAT = "understudy-ledger";
    private static final ObjectMapper MAPPER = OperationJson.mapper();
    private static final int CHECKSUM_DIGITS = 8;
    private static final String SUMS = "sums ";

    private final Path file;
    private final Instant since;
    private final FileChannel channel;
    private long size;
    private long lines;

    private record Heading(String format, int version, Instant since) {}

    private LedgerFile(Path file, Instant since, FileChannel channel, long size, long lines) {
        this.file = file;
        this.since = since;
        this.channel = channel;
        this.size = size;
        this.lines = lines;
    }

    /**
     * Reads what is there; empty where there is no ledger.
     *
     * @throws OperatorException if it cannot be read, or is of another version
     */
    static Optional<LedgerContent> read(Path file) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Map<LedgerKey, LedgerRow> rows = new LinkedHashMap<>();
        Sums sums = Sums.NONE;
        long damaged = 0;
        String text;
        try {
            text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw OnDisk.failure("cannot read " + file, e);
        }
        int from = text.indexOf('\n') + 1;
        Heading heading = heading(file, from == 0 ? text : text.substring(0, from - 1));
        for (int end = text.indexOf('\n', from); end >= 0; from = end + 1, end = text.indexOf('\n', from)) {
            String line = checked(text.substring(from, end));
            if (line == null) {
                damaged++;
                continue;
            }
            try {
                if (line.startsWith(SUMS)) {
                    sums = MAPPER.readValue(line.substring(SUMS.length()), Sums.class);
                } else {
                    take(RowText.read(line), rows);
                }
            } catch (IllegalArgumentException | JsonProcessingException e) {
                damaged++;
            }
        }
        return Optional.of(new LedgerContent(heading.since(), List.copyOf(rows.values()), sums, damaged));
    }

    private static void take(RowText.Line line, Map<LedgerKey, LedgerRow> rows) {
        LedgerKey key = RowText.key(line);
        if (line.first() == null || line.last() == null || line.count() == null) {
            rows.remove(key);
        } else {
            rows.put(key, new LedgerRow(key, line.first(), line.last(), line.count()));
        }
    }

    private static Heading heading(Path file, String line) {
        try {
            Heading heading = MAPPER.readValue(line, Heading.class);
            if (heading.format().equals(FORMAT) && heading.version() == VERSION) {
                return heading;
            }
            throw foreign(file, "it says '" + heading.format() + "' version " + heading.version());
        } catch (JsonProcessingException e) {
            throw foreign(file, "its first line cannot be read");
        }
    }

    private static OperatorException foreign(Path file, String why) {
        return new OperatorException(
                Reason.CONFLICT,
                file + " is no ledger of version " + VERSION + ": " + why,
                "Move it away to begin a new ledger, or use the version of Understudy that wrote it.");
    }

    /**
     * Writes a new file with {@code content}, durably in place of what was there, and opens it for more.
     *
     * @throws IOException if it cannot be; what was there stays
     */
    static LedgerFile create(Path file, LedgerContent content) throws IOException {
        Path aside = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(aside);
        FileChannel channel = FileChannel.open(
                aside,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            StringBuilder text = new StringBuilder();
            text.append(json(new Heading(FORMAT, VERSION, content.since()))).append('\n');
            if (!content.sums().equals(Sums.NONE)) {
                line(text, SUMS + json(content.sums()));
            }
            for (LedgerRow row : content.rows()) {
                line(text, RowText.of(row));
            }
            byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            writeFully(channel, bytes);
            channel.force(true);
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            OnDisk.syncFolder(file.resolveSibling("."));
            return new LedgerFile(
                    file, content.since(), channel, bytes.length, content.rows().size());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    Instant since() {
        return since;
    }

    /** Lines in the file, those that no longer hold included. */
    long lines() {
        return lines;
    }

    /**
     * Adds changes at the end, so that they outlive this process.
     *
     * @throws IOException if they cannot be written; then none of them is there
     */
    void append(List<LedgerTable.Change> changes, Optional<Sums> sums) throws IOException {
        StringBuilder text = new StringBuilder();
        for (LedgerTable.Change change : changes) {
            LedgerRow row = change.row();
            line(text, row == null ? RowText.gone(change.key()) : RowText.of(row));
        }
        sums.ifPresent(now -> line(text, SUMS + json(now)));
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        try {
            writeFully(channel, bytes);
        } catch (IOException e) {
            try {
                channel.truncate(size);
                channel.position(size);
            } catch (IOException more) {
                e.addSuppressed(more);
            }
            throw e;
        }
        size += bytes.length;
        lines += changes.size() + (sums.isPresent() ? 1 : 0);
    }

    /** Makes what was added outlive the machine's power. */
    void force() throws IOException {
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public String toString() {
        return file.toString();
    }

    private static void writeFully(FileChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static void line(StringBuilder text, String line) {
        text.append(checksum(line)).append(' ').append(line).append('\n');
    }

    /** @return null where the checksum is another */
    private static @Nullable String checked(String line) {
        if (line.length() <= CHECKSUM_DIGITS) {
            return null;
        }
        String content = line.substring(CHECKSUM_DIGITS + 1);
        return line.startsWith(checksum(content) + " ") ? content : null;
    }

    private static String checksum(String line) {
        CRC32C crc = new CRC32C();
        crc.update(line.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    private static String json(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write a " + value.getClass().getName() + " as JSON", e);
        }
    }
}
