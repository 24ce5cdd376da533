package org.understudy.server.ledger;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Rows as others read and write them: JSON lines and CSV (docs/tls-ledger.md#exchange). */
public final class LedgerText {
    static final List<String> COLUMNS = List.of(
            "listener",
            "port",
            "host",
            "user",
            "client",
            "family",
            "tls",
            "certificate",
            "fault",
            "outcome",
            "first",
            "last",
            "count");
    private static final long MOST = 1L << 40;

    private LedgerText() {}

    /** The first line of CSV. */
    public static String csvTitles() {
        return Csv.row(COLUMNS);
    }

    public static String csv(LedgerRow row) {
        LedgerKey key = row.key();
        return Csv.row(List.of(
                key.listener(),
                key.port() == 0 ? "" : String.valueOf(key.port()),
                key.host(),
                key.user(),
                key.client(),
                key.family(),
                key.tls(),
                key.certificate(),
                key.fault().word(),
                key.outcome().word(),
                row.first().toString(),
                row.last().toString(),
                String.valueOf(row.count())));
    }

    /** One line of JSON, without a line feed. */
    public static String json(LedgerRow row) {
        return RowText.of(row);
    }

    /**
     * @param otherwise when it was, where the line does not say
     * @throws IllegalArgumentException if it is no row
     */
    static LedgerRow ofJson(String line, Instant otherwise) {
        RowText.Line read = RowText.read(line);
        Instant last = read.last() == null ? read.first() == null ? otherwise : read.first() : read.last();
        return checked(
                RowText.key(read),
                read.first() == null ? last : read.first(),
                last,
                read.count() == null ? 1 : read.count());
    }

    /** @throws IllegalArgumentException if it is no row */
    static LedgerRow ofCsv(List<String> titles, String line, Instant otherwise) {
        List<String> cells = Csv.cells(line);
        if (cells.size() != titles.size()) {
            throw new IllegalArgumentException(
                    cells.size() + " cells, where the first line has " + titles.size() + " titles");
        }
        Map<String, String> row = new HashMap<>();
        for (int i = 0; i < cells.size(); i++) {
            row.put(titles.get(i), cells.get(i).strip());
        }
        LedgerKey key = new LedgerKey(
                cell(row, "listener"),
                (int) number(cell(row, "port"), 0),
                cell(row, "host"),
                cell(row, "user"),
                cell(row, "client"),
                cell(row, "family"),
                cell(row, "tls"),
                cell(row, "certificate"),
                Fault.parse(cell(row, "fault")),
                cell(row, "outcome").isEmpty() ? Outcome.LOGGED_IN : Outcome.parse(cell(row, "outcome")));
        Instant last = instant(cell(row, "last"), instant(cell(row, "first"), otherwise));
        return checked(key, instant(cell(row, "first"), last), last, number(cell(row, "count"), 1));
    }

    private static String cell(Map<String, String> row, String title) {
        return row.getOrDefault(title, "");
    }

    private static LedgerRow checked(LedgerKey key, Instant first, Instant last, long count) {
        if (key.host().isEmpty() && key.user().isEmpty()) {
            throw new IllegalArgumentException("neither a host nor a user");
        }
        List<String> texts = new ArrayList<>(List.of(
                key.listener(), key.host(), key.user(), key.client(), key.family(), key.tls(), key.certificate()));
        if (texts.stream().anyMatch(text -> text.length() > 255 || text.chars().anyMatch(Character::isISOControl))) {
            throw new IllegalArgumentException("a text of over 255 characters, or with control characters");
        }
        return new LedgerRow(
                new LedgerKey(
                        key.listener(),
                        key.port(),
                        org.understudy.server.tls.CertificateNames.normal(key.host()),
                        key.user(),
                        key.client(),
                        key.family(),
                        key.tls(),
                        key.certificate(),
                        key.fault(),
                        key.outcome()),
                first,
                last,
                count);
    }

    private static long number(String text, long otherwise) {
        if (text.isEmpty()) {
            return otherwise;
        }
        long number = Long.parseLong(text);
        if (number < 0 || number > MOST) {
            throw new IllegalArgumentException("'" + text + "' is out of range");
        }
        return number;
    }

    private static Instant instant(String text, Instant otherwise) {
        try {
            return text.isEmpty() ? otherwise : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("'" + text + "' is no time such as 2026-05-27T02:00:00Z", e);
        }
    }
}
