package org.understudy.benchmarks.report;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * The comparison as a drawing (SVG 1.1): for each operation one bar that says how many times better than the best other
 * server, on a logarithmic axis about 1, and below it a thinner one for CPU. Nothing but text and rectangles.
 */
public final class Picture {
    private static final int WIDTH = 1_000;
    private static final int LABEL = 330;
    private static final int RIGHT = 250;
    private static final int ROW = 34;
    private static final int TOP = 84;
    private static final double MOST = 32;

    private Picture() {}

    public static String svg(Comparison comparison, String title) {
        List<Comparison.Row> rows = comparison.rows();
        int height = TOP + rows.size() * ROW + 30;
        StringBuilder svg = new StringBuilder(16_384);
        add(
                svg,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
                        + " font-family=\"system-ui, sans-serif\" font-size=\"13\">",
                WIDTH,
                height,
                WIDTH,
                height);
        add(svg, "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", WIDTH, height);
        add(svg, "<text x=\"16\" y=\"26\" font-size=\"17\" fill=\"#1c2733\">%s</text>", escaped(title));
        add(
                svg,
                "<text x=\"16\" y=\"46\" fill=\"#5b6875\">thick: times better; thin: times less server CPU per"
                        + " operation; to the right of the line is better. ~ disturbed, ! client-bound</text>");
        for (double at : new double[] {0.125, 0.25, 0.5, 1, 2, 4, 8, 16, 32}) {
            double x = x(at);
            add(
                    svg,
                    "<line x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\" stroke=\"%s\" stroke-width=\"%s\"/>",
                    x,
                    TOP - 6,
                    x,
                    height - 20,
                    at == 1 ? "#1c2733" : "#e3e8ec",
                    at == 1 ? "1.5" : "1");
            add(
                    svg,
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\" fill=\"#5b6875\" font-size=\"11\">%s</text>",
                    x,
                    TOP - 12,
                    at < 1 ? "1/" + Math.round(1 / at) : Long.toString(Math.round(at)));
        }
        int y = TOP;
        for (Comparison.Row row : rows) {
            add(
                    svg,
                    "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#1c2733\">%s</text>",
                    LABEL - 12,
                    y + 17,
                    escaped(row.workload() + " " + row.operation()));
            bar(svg, row.ratio(), y + 3, 14, "#1f7a8c", "#b3412f");
            bar(svg, row.cpuRatio(), y + 20, 6, "#8fc1cb", "#e0a79d");
            add(
                    svg,
                    "<text x=\"%d\" y=\"%d\" fill=\"#1c2733\">%s</text>",
                    WIDTH - RIGHT + 14,
                    y + 17,
                    escaped(words(row)));
            y += ROW;
        }
        svg.append("</svg>\n");
        return svg.toString();
    }

    /** A page with the drawing and the table, in one file. */
    public static String html(Comparison comparison, String title, String table, List<String> about) {
        StringBuilder page = new StringBuilder(32_768);
        page.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>")
                .append(escaped(title))
                .append("</title>\n<style>\nbody { font-family: system-ui, sans-serif; margin: 2rem; color: #1c2733;")
                .append(" background: #fff }\npre { overflow-x: auto; font-size: 12px; line-height: 1.45 }\n")
                .append("svg { max-width: 100%; height: auto }\n</style>\n</head>\n<body>\n<h1>")
                .append(escaped(title))
                .append("</h1>\n<ul>\n");
        for (String line : about) {
            page.append("<li>").append(escaped(line)).append("</li>\n");
        }
        page.append("</ul>\n")
                .append(svg(comparison, title))
                .append("<pre>")
                .append(escaped(table))
                .append("</pre>\n</body>\n</html>\n");
        return page.toString();
    }

    private static void bar(StringBuilder svg, OptionalDouble ratio, int y, int thick, String better, String worse) {
        if (ratio.isEmpty()) {
            return;
        }
        double value = ratio.getAsDouble();
        double one = x(1);
        double end = x(Math.clamp(value, 1 / 8.0, MOST));
        add(
                svg,
                "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                Math.min(one, end),
                y,
                Math.max(1, Math.abs(end - one)),
                thick,
                value >= 1 ? better : worse);
    }

    private static String words(Comparison.Row row) {
        StringBuilder words = new StringBuilder();
        Comparison.Median mine = row.medians().get(row.ours());
        if (mine == null) {
            return "not measured";
        }
        words.append(mine.disturbed() ? "~" : "").append(mine.clientBound() ? "!" : "");
        if (row.ratio().isPresent()) {
            words.append(Table.times(row.ratio())).append(": ");
        }
        words.append(Table.figure(mine.value()));
        row.best()
                .map(row.medians()::get)
                .ifPresent(best -> words.append(" to ").append(Table.figure(best.value())));
        return words.append(' ').append(row.kind().unit()).toString();
    }

    private static double x(double ratio) {
        double low = Math.log(1 / 8.0);
        double share = (Math.log(ratio) - low) / (Math.log(MOST) - low);
        return LABEL + share * (WIDTH - LABEL - RIGHT);
    }

    @SuppressWarnings("AnnotateFormatMethod") // the annotation is in a library that nothing else here needs
    private static void add(StringBuilder svg, String format, Object... words) {
        svg.append(String.format(Locale.ROOT, format, words)).append('\n');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
