package org.understudy.restore.incident;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.understudy.restore.operation.OperationJson;
import org.understudy.storage.keyspace.Digest;

/**
 * Byte form of hold files and releases (docs/repository-format.md#holds): one line of JSON, a line feed, the SHA-256 of
 * that line without the line feed in hexadecimal, a line feed.
 */
final class HoldFile {
    static final int VERSION = 1;
    private static final ObjectMapper JSON = OperationJson.mapper();
    private static final int SUM = 2 * Digest.LENGTH;

    private HoldFile() {}

    /** @param format what kind of file it is */
    private record Envelope(String format, int version, Object content) {}

    static byte[] encode(String format, Object content) {
        try {
            byte[] line = JSON.writeValueAsBytes(new Envelope(format, VERSION, content));
            byte[] sum = (sum(line) + "\n").getBytes(StandardCharsets.US_ASCII);
            byte[] file = Arrays.copyOf(line, line.length + 1 + sum.length);
            file[line.length] = '\n';
            System.arraycopy(sum, 0, file, line.length + 1, sum.length);
            return file;
        } catch (IOException e) {
            throw new IllegalStateException("records are always written as JSON", e);
        }
    }

    /** @throws IOException saying what is wrong with the bytes, if they are not such a file */
    static <T> T decode(String format, byte[] file, Class<T> type) throws IOException {
        int end = file.length - SUM - 2;
        if (end < 0 || file[end] != '\n' || file[file.length - 1] != '\n') {
            throw new IOException("it is not a line of JSON and a line with its checksum");
        }
        byte[] line = Arrays.copyOf(file, end);
        String written = new String(file, end + 1, SUM, StandardCharsets.US_ASCII);
        if (!written.equals(sum(line))) {
            throw new IOException("expected SHA-256 " + written + ", found " + sum(line));
        }
        JsonNode envelope = JSON.readTree(line);
        if (!format.equals(envelope.path("format").asText())
                || envelope.path("version").asInt() != VERSION) {
            throw new IOException("expected format " + format + " version " + VERSION + ", found '"
                    + envelope.path("format").asText() + "' version "
                    + envelope.path("version").asText());
        }
        return JSON.treeToValue(envelope.path("content"), type);
    }

    private static String sum(byte[] line) {
        return Digest.of(Digest.sha256().digest(line)).toString();
    }
}
