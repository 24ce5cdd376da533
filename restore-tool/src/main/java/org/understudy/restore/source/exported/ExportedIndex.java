package org.understudy.restore.source.exported;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.operation.OperationJson;
import org.understudy.storage.keyspace.Digest;

/**
 * {@value #FILE}: the messages of one directory of {@code .eml} files. A line of JSON for the mailbox, one for each message
 * by UID, and one that ends the list with the SHA-256 of all lines before it. A line that cannot be read costs its message
 * the facts in it, and no other.
 */
public final class ExportedIndex {
    public static final String FILE = "understudy-index.jsonl";
    public static final String FORMAT = "understudy-index";
    public static final int VERSION = 1;

    private static final Logger LOG = LoggerFactory.getLogger(ExportedIndex.class);
    private static final ObjectMapper MAPPER = OperationJson.mapper();

    /** The first line. */
    public record Heading(
            String format,
            int version,
            String user,
            String mailbox,
            long uidValidity,
            long uidNext,
            boolean subscribed) {}

    /**
     * A message.
     *
     * @param file name in the same directory
     * @param flags as IMAP writes them, system flags and keywords
     * @param size octets of the file
     * @param sha256 of the file
     */
    public record Entry(String file, long uid, Instant date, List<String> flags, long size, String sha256) {
        public Entry {
            flags = List.copyOf(flags);
        }
    }

    /** The last line. */
    public record End(long messages, String sha256) {}

    private final Heading heading;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private ExportedIndex(Heading heading) {
        this.heading = heading;
    }

    public Heading heading() {
        return heading;
    }

    /** By name of the file, in the list's order. */
    public Map<String, Entry> entries() {
        return entries;
    }

    public @Nullable Entry entry(String file) {
        return entries.get(composed(file));
    }

    /** One line of the list, with its end. */
    public static String line(Object value) {
        try {
            return MAPPER.writeValueAsString(value) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write a line of an index", e);
        }
    }

    /** What the list of a directory says of its mailbox; empty where there is none. */
    public static Optional<Heading> heading(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            return heading(file, lines.readLine());
        }
    }

    private static Optional<Heading> heading(Path file, @Nullable String line) {
        try {
            Heading heading = MAPPER.readValue(line == null ? "" : line, Heading.class);
            if (FORMAT.equals(heading.format()) && heading.version() == VERSION && heading.mailbox() != null) {
                return Optional.of(heading);
            }
            LOG.warn(
                    "{} cannot be used: expected {} version {}, found {} version {}",
                    file,
                    FORMAT,
                    VERSION,
                    heading.format(),
                    heading.version());
        } catch (JsonProcessingException e) {
            LOG.warn("{} cannot be used: its first line is no heading of such a list", file);
        }
        return Optional.empty();
    }

    /** The list of a directory; empty where there is none that can be used. */
    public static Optional<ExportedIndex> read(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            String first = lines.readLine();
            Optional<Heading> heading = heading(file, first);
            if (heading.isEmpty() || first == null) {
                return Optional.empty();
            }
            ExportedIndex index = new ExportedIndex(heading.get());
            index.read(file, first, lines);
            return Optional.of(index);
        }
    }

    private void read(Path file, String first, BufferedReader lines) throws IOException {
        MessageDigest digest = Digest.sha256();
        add(digest, first);
        String end = null;
        long bad = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("{\"messages\":")) {
                end = line;
                break;
            }
            add(digest, line);
            bad += entry(line, entries) ? 0 : 1;
        }
        String found = Digest.of(digest.digest()).toString();
        if (end == null) {
            LOG.warn("{} was cut: it has no last line, and {} messages", file, entries.size());
        } else if (bad > 0 || !end.contains(found)) {
            LOG.warn("{} was changed or damaged: {} of its lines cannot be read; its digest is {}", file, bad, found);
        }
    }

    private static void add(MessageDigest digest, String line) {
        digest.update(line.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
    }

    private static boolean entry(String line, Map<String, Entry> to) {
        try {
            Entry entry = MAPPER.readValue(line, Entry.class);
            return entry.file() != null
                    && entry.date() != null
                    && entry.uid() > 0
                    && to.putIfAbsent(composed(entry.file()), entry) == null;
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static String composed(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFC);
    }
}
