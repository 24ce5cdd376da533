package org.understudy.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** The comparison as text: a line for each operation, and under it what the marks mean. */
public final class Table {
    private Table() {}

    public static String of(Comparison comparison, List<String> failures) {
        List<List<String>> lines = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("operation", "unit"));
        for (String server : comparison.servers()) {
            head.add(server);
            head.add("cpu ms");
            head.add("client");
        }
        head.addAll(List.of("times better", "times less cpu", "than"));
        lines.add(head);
        for (Comparison.Row row : comparison.rows()) {
            List<String> line = new ArrayList<>(
                    List.of(row.workload() + " " + row.operation(), row.kind().unit()));
            for (String server : comparison.servers()) {
                Comparison.Median median = row.medians().get(server);
                if (median == null) {
                    line.addAll(List.of("-", "-", "-"));
                } else {
                    line.add((median.disturbed() ? "~" : "")
                            + (median.clientBound() ? "!" : "")
                            + figure(median.value()));
                    line.add(figure(median.cpuMillis()));
                    line.add(String.format(Locale.ROOT, "%.2f", median.clientCores()));
                }
            }
            line.add(times(row.ratio()));
            line.add(times(row.cpuRatio()));
            line.add(row.best().orElse("-"));
            lines.add(line);
        }
        StringBuilder text = new StringBuilder();
        int columns = head.size();
        int[] widths = new int[columns];
        for (List<String> line : lines) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        for (List<String> line : lines) {
            for (int i = 0; i < columns; i++) {
                boolean left = i == 0 || i == columns - 1;
                String cell = line.get(i);
                String pad = " ".repeat(widths[i] - cell.length());
                text.append(i == 0 ? "" : "  ").append(left ? cell + (i == 0 ? pad : "") : pad + cell);
            }
            text.append('\n');
        }
        text.append("\n"
                        + "Medians of the repetitions. cpu ms: CPU of all the server's processes for one"
                        + " operation. client: CPU of")
                .append(" this program in cores.\n")
                .append("~ others used more than a fifth of the machine in every repetition; ! this program's CPU was"
                        + " the")
                .append(" limit.\n");
        for (String failure : failures) {
            text.append("FAILED ").append(failure).append('\n');
        }
        return text.toString();
    }

    static String figure(double value) {
        if (Double.isNaN(value)) {
            return "-";
        }
        double size = Math.abs(value);
        if (size >= 100) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, size >= 10 ? "%.1f" : size >= 0.1 ? "%.2f" : "%.4f", value);
    }

    static String times(OptionalDouble ratio) {
        return ratio.isPresent() ? figure(ratio.getAsDouble()) + "x" : "-";
    }
}
