package org.understudy.server.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the files of a log end.
 *
 * @param newest the last file; null where there is none
 * @param whole how many of its octets are whole lines
 * @param last the last whole line; empty where it is no record, or there is none
 * @param torn what stands behind it without LF
 */
record AuditEnd(@Nullable Path newest, long whole, Optional<AuditRecord> last, byte[] torn) {

    static AuditEnd of(Path folder) throws IOException {
        List<Path> files = AuditFiles.in(folder);
        for (int i = files.size() - 1; i >= 0; i--) {
            byte[] content = Files.readAllBytes(files.get(i));
            int end = lastLf(content, content.length) + 1;
            if (end > 0 || i == 0) {
                int begin = end == 0 ? 0 : lastLf(content, end - 1) + 1;
                Optional<AuditRecord> record =
                        end == 0 ? Optional.empty() : AuditLine.parse(Arrays.copyOfRange(content, begin, end - 1));
                return i == files.size() - 1
                        ? new AuditEnd(files.get(i), end, record, Arrays.copyOfRange(content, end, content.length))
                        : new AuditEnd(files.getLast(), 0, record, Files.readAllBytes(files.getLast()));
            }
        }
        return new AuditEnd(null, 0, Optional.empty(), new byte[0]);
    }

    private static int lastLf(byte[] content, int before) {
        int at = before - 1;
        while (at >= 0 && content[at] != '\n') {
            at--;
        }
        return at;
    }

    AuditHead head() {
        return last.map(record -> new AuditHead(record.number(), record.hash())).orElse(AuditHead.START);
    }

    /** What the files lack of what the store knows, or empty. Only their end is looked at. */
    String contradiction(@Nullable AuditHead known) {
        if (known == null) {
            return "";
        }
        AuditHead end = head();
        if (last.isEmpty() && known.number() > 0) {
            return newest == null
                    ? "all " + known.number() + " records are gone"
                    : "the last line is no record, and the store knows of " + known.number();
        }
        if (end.number() < known.number()) {
            return "it ends with record " + end.number() + ", and the store knows of " + known.number();
        }
        return end.number() == known.number() && !end.hash().equals(known.hash())
                ? "record " + end.number() + " is not the one that the store knows"
                : "";
    }
}
