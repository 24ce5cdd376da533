package org.understudy.server.ledger;

import java.util.ArrayList;
import java.util.List;

/**
 * Rows of comma-separated values (RFC 4180), that spreadsheets do not take for formulas: a cell that begins with {@code =},
 * {@code +}, {@code -}, {@code @}, a tab or a carriage return gets an apostrophe in front, which reading takes off again.
 */
public final class Csv {
    private static final String FORMULA = "=+-@\t\r";

    private Csv() {}

    /** One row with its line feed. */
    public static String row(List<String> cells) {
        StringBuilder row = new StringBuilder();
        for (String cell : cells) {
            row.append(row.isEmpty() ? "" : ",").append(cell(cell));
        }
        return (row.isEmpty() ? "\"\"" : row) + "\n";
    }

    private static String cell(String text) {
        String guarded = !text.isEmpty() && FORMULA.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        return guarded.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
                ? '"' + guarded.replace("\"", "\"\"") + '"'
                : guarded;
    }

    /** The cells of one row without its line end. */
    public static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quoted && c == '"' && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                cell.append('"');
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                cells.add(read(cell));
                cell.setLength(0);
            } else {
                cell.append(c);
            }
        }
        cells.add(read(cell));
        return cells;
    }

    private static String read(StringBuilder cell) {
        return cell.length() > 1 && cell.charAt(0) == '\'' && FORMULA.indexOf(cell.charAt(1)) >= 0
                ? cell.substring(1)
                : cell.toString();
    }
}
