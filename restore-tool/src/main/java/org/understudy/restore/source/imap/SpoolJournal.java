package org.understudy.restore.source.imap;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/** The lines of a spool's journal: CRC-32C of the rest as eight hexadecimal digits, a blank, a JSON object, LF. */
final class SpoolJournal {
    static final ObjectMapper JSON = JsonMapper.builder().build();

    private static final int PREFIX = 9;
    private static final int LONGEST = 16 << 20;

    private SpoolJournal() {}

    static byte[] line(JsonNode record) {
        try {
            byte[] json = JSON.writeValueAsBytes(record);
            byte[] line = new byte[PREFIX + json.length + 1];
            byte[] sum = checksum(json, 0, json.length).getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(sum, 0, line, 0, sum.length);
            line[PREFIX - 1] = ' ';
            System.arraycopy(json, 0, line, PREFIX, json.length);
            line[line.length - 1] = '\n';
            return line;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String checksum(byte[] bytes, int from, int length) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, from, length);
        return HexFormat.of().toHexDigits((int) sum.getValue());
    }

    /**
     * Reads a journal's sound lines.
     *
     * @param upTo octets that are read at most
     * @param sound how many octets of them hold together: up to the first line that is cut or changed
     */
    record Read(SpoolState state, long sound, long upTo) {}

    static Read read(Path file, long upTo) throws IOException {
        SpoolState state = new SpoolState();
        long sound = 0;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (long at = 0; at < upTo; at++) {
                int octet = in.read();
                if (octet < 0 || line.size() > LONGEST) {
                    break;
                }
                if (octet != '\n') {
                    line.write(octet);
                    continue;
                }
                if (!apply(line.toByteArray(), state)) {
                    break;
                }
                sound = at + 1;
                line.reset();
            }
        }
        return new Read(state, sound, upTo);
    }

    private static boolean apply(byte[] line, SpoolState state) {
        if (line.length <= PREFIX
                || !new String(line, 0, PREFIX - 1, StandardCharsets.US_ASCII)
                        .equals(checksum(line, PREFIX, line.length - PREFIX))) {
            return false;
        }
        try {
            state.apply(JSON.readTree(line, PREFIX, line.length - PREFIX));
            return true;
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    }
}
