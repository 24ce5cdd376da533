package org.understudy.restore.damage;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * One damage that was done, as a line of JSON in a ledger.
 *
 * @param kind of damage, in words
 * @param was path of the message in the sound tree
 * @param items paths of what was damaged, relative to the tree; several where names changed or files were exchanged
 * @param from first octet that differs, or 0 where none does
 * @param to after the last that differs, of the longer of the two
 * @param evidence by what the tree itself can tell
 */
record LedgerLine(String kind, String was, List<String> items, long from, long to, Evidence evidence) {
    private static final JsonMapper JSON = new JsonMapper();

    LedgerLine {
        items = List.copyOf(items);
    }

    /** A line for a file whose octets changed. */
    static LedgerLine of(String kind, String was, List<String> items, byte[] before, byte[] after, Evidence evidence) {
        int from = 0;
        int shorter = Math.min(before.length, after.length);
        while (from < shorter && before[from] == after[from]) {
            from++;
        }
        int to = Math.max(before.length, after.length);
        if (before.length == after.length) {
            while (to > from && before[to - 1] == after[to - 1]) {
                to--;
            }
        }
        return new LedgerLine(kind, was, items, from, to, evidence);
    }

    static void write(Path file, List<LedgerLine> lines) throws IOException {
        Files.write(
                file,
                lines.stream()
                        .map(line -> {
                            try {
                                return JSON.writeValueAsString(line);
                            } catch (IOException e) {
                                throw new UncheckedIOException("a ledger line is always written", e);
                            }
                        })
                        .toList());
    }
}
