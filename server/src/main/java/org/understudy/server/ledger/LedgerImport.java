package org.understudy.server.ledger;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.understudy.restore.job.OnDisk;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Reads rows of another server from a file: JSON lines, CSV, or Dovecot's log; also compressed by gzip. */
public final class LedgerImport {
    private final Instant now;
    private final ZoneId zone;
    private final Map<String, String> hostsByAddress;
    private final Map<LedgerKey, LedgerRow> rows = new LinkedHashMap<>();
    private long lines;
    private long used;
    private String firstIgnored = "";

    /**
     * @param zone of times without one
     * @param hostsByAddress the host name behind each local address, where a log does not have it
     */
    public LedgerImport(Instant now, ZoneId zone, Map<String, String> hostsByAddress) {
        this.now = now;
        this.zone = zone;
        this.hostsByAddress = Map.copyOf(hostsByAddress);
    }

    /** What files may hold. */
    public enum Form {
        /** Told by the first line. */
        AUTO,
        JSON,
        CSV,
        DOVECOT
    }

    /**
     * @param form what it was read as
     * @param used lines that told something
     * @param firstIgnored which was the first that did not, and why; empty where all did
     */
    public record Imported(LedgerContent content, Form form, long lines, long used, String firstIgnored) {}

    /** @throws OperatorException if it cannot be read, or nothing of it could be used */
    public Imported read(Path file, Form wanted) {
        Form form = wanted;
        DovecotLog dovecot = new DovecotLog(now, zone, hostsByAddress);
        List<String> titles = List.of();
        try (BufferedReader in = open(file)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                String text = line.startsWith("\uFEFF") ? line.substring(1) : line;
                if (text.isBlank()) {
                    continue;
                }
                form = form == Form.AUTO ? guess(text) : form;
                lines++;
                if (form == Form.CSV && titles.isEmpty()) {
                    titles = titles(file, text);
                    lines--;
                } else {
                    take(form, titles, text, dovecot);
                }
            }
        } catch (NoSuchFileException e) {
            throw new OperatorException(Reason.NOT_FOUND, file + ": no such file", "Check the path.", e);
        } catch (IOException e) {
            throw OnDisk.failure("cannot read " + file, e);
        }
        dovecot.rows().forEach(row -> rows.merge(row.key(), row, LedgerRow::plus));
        if (rows.isEmpty()) {
            throw new OperatorException(
                    Reason.SOURCE,
                    file + ": none of its " + lines + " lines tells of a connection"
                            + (firstIgnored.isEmpty() ? "" : "; " + firstIgnored),
                    "docs/tls-ledger.md shows the forms: JSON lines, CSV with titles, or Dovecot's login log.");
        }
        Instant since = rows.values().stream()
                .map(LedgerRow::first)
                .min(Instant::compareTo)
                .orElse(now);
        return new Imported(
                new LedgerContent(since, List.copyOf(rows.values()), Sums.NONE, 0), form, lines, used, firstIgnored);
    }

    private void take(Form form, List<String> titles, String line, DovecotLog dovecot) {
        try {
            switch (form) {
                case JSON -> add(LedgerText.ofJson(line, now));
                case CSV -> add(LedgerText.ofCsv(titles, line, now));
                case DOVECOT, AUTO -> {
                    if (!dovecot.take(line)) {
                        throw new IllegalArgumentException("no line of a login");
                    }
                }
            }
            used++;
        } catch (IllegalArgumentException e) {
            if (firstIgnored.isEmpty()) {
                firstIgnored = "line " + lines + ": " + e.getMessage();
            }
        }
    }

    private void add(LedgerRow row) {
        rows.merge(row.key(), row, LedgerRow::plus);
    }

    private static Form guess(String line) {
        if (line.startsWith("{")) {
            return Form.JSON;
        }
        return LedgerText.COLUMNS.containsAll(titles(line)) ? Form.CSV : Form.DOVECOT;
    }

    private static List<String> titles(Path file, String line) {
        List<String> titles = titles(line);
        List<String> unknown = new ArrayList<>(titles);
        unknown.removeAll(LedgerText.COLUMNS);
        if (!unknown.isEmpty()) {
            throw new OperatorException(
                    Reason.SOURCE,
                    file + ": its first line has unknown titles: " + String.join(", ", unknown),
                    "Known are " + String.join(", ", LedgerText.COLUMNS) + ".");
        }
        return titles;
    }

    private static List<String> titles(String line) {
        return Csv.cells(line).stream()
                .map(title -> title.strip().toLowerCase(Locale.ROOT))
                .toList();
    }

    private static BufferedReader open(Path file) throws IOException {
        var in = Files.newInputStream(file);
        try {
            return new BufferedReader(new InputStreamReader(
                    file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in, StandardCharsets.UTF_8));
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }
}
