package org.understudy.restore.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows under titles, each column as wide as its widest cell: numbers to the right, words to the left. */
public final class Table {
    private static final String BETWEEN = "  ";

    private final List<String> titles;
    private final List<List<String>> rows = new ArrayList<>();
    private final boolean[] right;
    private int sumsFrom = -1;

    public Table(String... titles) {
        this.titles = List.of(titles);
        this.right = new boolean[titles.length];
    }

    /** @param cells a {@link Long} is written with thousands separated, anything else as printable text */
    public Table row(Object... cells) {
        if (cells.length != titles.size()) {
            throw new IllegalArgumentException(cells.length + " cells under " + titles);
        }
        List<String> row = new ArrayList<>();
        for (int i = 0; i < cells.length; i++) {
            if (cells[i] instanceof Long number) {
                right[i] = true;
                row.add(Figures.number(number));
            } else if (cells[i] instanceof Megabytes megabytes) {
                right[i] = true;
                row.add(megabytes.text());
            } else {
                row.add(Printable.line(cells[i].toString()));
            }
        }
        rows.add(row);
        return this;
    }

    /** The rows from here on are sums; a line is drawn above them. */
    Table sums() {
        sumsFrom = rows.size();
        return this;
    }

    /** Bytes as a number of megabytes, without the unit. */
    record Megabytes(long bytes) {
        String text() {
            return Figures.megabytes(bytes);
        }
    }

    public void print(PrintStream out, String indent) {
        int[] widths = new int[titles.size()];
        widen(widths, titles);
        rows.forEach(row -> widen(widths, row));
        print(out, indent, widths, titles);
        for (int i = 0; i < rows.size(); i++) {
            if (i == sumsFrom) {
                int width = Arrays.stream(widths).sum() + BETWEEN.length() * (widths.length - 1);
                out.print(indent + "-".repeat(width) + "\n");
            }
            print(out, indent, widths, rows.get(i));
        }
    }

    private void print(PrintStream out, String indent, int[] widths, List<String> cells) {
        StringBuilder line = new StringBuilder(indent);
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            String space = " ".repeat(widths[i] - width(cell));
            line.append(i == 0 ? "" : BETWEEN).append(right[i] ? space + cell : cell + space);
        }
        out.print(line.toString().stripTrailing() + "\n");
    }

    private static void widen(int[] widths, List<String> cells) {
        for (int i = 0; i < widths.length; i++) {
            widths[i] = Math.max(widths[i], width(cells.get(i)));
        }
    }

    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }
}
