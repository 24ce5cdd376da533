package org.understudy.restore.report.page;

import java.io.IOException;
import java.time.YearMonth;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Draws items by month as stacked bars, in as many panels, one below the other and on one scale, as the months need. A
 * bar's height is its count times the height of the plot, through the scale's top; a run of months without mail is a
 * hatched field over the whole height. What the months leave out (earlier, later, without date) has bars of its own at
 * the ends, so that all bars together are the totals.
 */
final class MonthChart {
    /** Sizes in units of the drawing, and how many months go into one panel. */
    enum Shape {
        WIDE("w", 960, 200, 58, 60),
        NARROW("n", 380, 150, 46, 24);

        private final String mark;
        private final int width;
        private final int plot;
        private final int left;
        private final int perPanel;

        Shape(String mark, int width, int plot, int left, int perPanel) {
            this.mark = mark;
            this.width = width;
            this.plot = plot;
            this.left = left;
            this.perPanel = perPanel;
        }
    }

    private static final int TOP = 22;
    private static final int BOTTOM = 46;
    private static final int RIGHT = 10;
    private static final double WIDEST_SLOT = 64;
    private static final int TICKS = 4;

    /** A place on the axis: a month, or what is out of it. */
    private record Slot(@org.jspecify.annotations.Nullable YearMonth month, String label, Tally tally) {}

    private final Months months;
    private final Shape shape;
    private final Scale scale;
    private final List<Months.Hole> holes;
    private int panel;

    MonthChart(Months months, Shape shape) {
        this.months = months;
        this.shape = shape;
        this.scale = Scale.upTo(months.highest(), TICKS);
        this.holes = months.holes();
    }

    void write(Markup page) throws IOException {
        List<Slot> slots = slots();
        int panels = (slots.size() + shape.perPanel - 1) / shape.perPanel;
        int each = panels == 0 ? 0 : (slots.size() + panels - 1) / panels;
        for (int from = 0; from < slots.size(); from += each) {
            List<Slot> some = slots.subList(from, Math.min(slots.size(), from + each));
            if (some.stream().allMatch(slot -> slot.tally().all() == 0)) {
                page.element("p", span(some) + ": no mail", "class", "void").line();
            } else {
                panel(page, some, each);
            }
        }
    }

    private List<Slot> slots() {
        List<Slot> slots = new ArrayList<>();
        outside(slots, "earlier", months.earlier());
        for (int i = 0; i < months.span(); i++) {
            YearMonth month = months.first().plusMonths(i);
            slots.add(new Slot(month, "", months.at(month)));
        }
        outside(slots, "later", months.later());
        outside(slots, "no date", months.undated());
        return slots;
    }

    private static void outside(List<Slot> slots, String label, Tally tally) {
        if (tally.all() > 0) {
            slots.add(new Slot(null, label, tally));
        }
    }

    private void panel(Markup page, List<Slot> slots, int each) throws IOException {
        String id = shape.mark + panel++;
        double slot = Math.min(WIDEST_SLOT, (double) (shape.width - shape.left - RIGHT) / each);
        page.open(
                "svg",
                "xmlns",
                "http://www.w3.org/2000/svg",
                "viewBox",
                "0 0 " + shape.width + " " + (TOP + shape.plot + BOTTOM),
                "role",
                "img",
                "aria-labelledby",
                id + "-title " + id + "-desc");
        page.element("title", "Messages by month, " + span(slots), "id", id + "-title");
        page.element("desc", description(slots), "id", id + "-desc");
        patterns(page, id);
        axis(page, slots.size() * slot);
        holes(page, slots, slot, id);
        for (int i = 0; i < slots.size(); i++) {
            bar(page, slots.get(i), shape.left + i * slot, slot, id);
        }
        labels(page, slots, slot);
        page.close().line();
    }

    private String span(List<Slot> slots) {
        List<YearMonth> some = slots.stream()
                .map(Slot::month)
                .filter(java.util.Objects::nonNull)
                .toList();
        return some.isEmpty() ? "without a month" : some.getFirst() + " to " + some.getLast();
    }

    private String description(List<Slot> slots) {
        Tally sum = slots.stream().map(Slot::tally).reduce(Tally.NONE, Tally::plus);
        StringBuilder text =
                new StringBuilder("Stacked bars of ").append(counts(sum)).append('.');
        holes.stream()
                .filter(hole -> slots.stream().anyMatch(slot -> in(hole, slot.month())))
                .limit(10)
                .forEach(hole -> text.append(" No mail: ").append(hole.text()).append('.'));
        return text.append(" The table below has every figure.").toString();
    }

    private static boolean in(Months.Hole hole, @org.jspecify.annotations.Nullable YearMonth month) {
        return month != null && !month.isBefore(hole.from()) && !month.isAfter(hole.to());
    }

    static String counts(Tally tally) {
        StringBuilder text = new StringBuilder(Shown.number(tally.all(), "item"));
        String separator = ": ";
        for (Grade grade : Grade.values()) {
            if (tally.of(grade) > 0) {
                text.append(separator)
                        .append(Shown.number(tally.of(grade)))
                        .append(' ')
                        .append(grade.word());
                separator = ", ";
            }
        }
        return text.toString();
    }

    /** A pattern for each unsound grade, so that no colour is needed to tell them, and one for holes. */
    private static void patterns(Markup page, String id) throws IOException {
        page.open("defs");
        pattern(page, id, "suspect", 6, "M-1,1 l2,-2 M0,6 l6,-6 M5,7 l2,-2");
        pattern(page, id, "damaged", 5, "M0,0 l5,5 M0,5 l5,-5");
        pattern(page, id, "unreadable", 4, "M1,1 h1.4 M3,3 h1.4");
        pattern(page, id, "hole", 8, "M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4");
        page.close();
    }

    private static void pattern(Markup page, String id, String name, int size, String lines) throws IOException {
        String side = Integer.toString(size);
        page.open("pattern", "id", id + "-" + name, "width", side, "height", side, "patternUnits", "userSpaceOnUse")
                .empty("rect", "width", side, "height", side, "class", "g-" + name)
                .empty("path", "d", lines, "class", "hatch-" + name)
                .close();
    }

    private void axis(Markup page, double wide) throws IOException {
        double right = shape.left + wide;
        for (long tick = 0; tick <= scale.top(); tick += scale.step()) {
            String y = units(y(tick));
            page.empty(
                    "line",
                    "x1",
                    units(shape.left),
                    "x2",
                    units(right),
                    "y1",
                    y,
                    "y2",
                    y,
                    "class",
                    tick == 0 ? "base" : "grid");
            page.element(
                    "text",
                    Shown.number(tick),
                    "x",
                    units(shape.left - 6.0),
                    "y",
                    units(y(tick) + 4),
                    "text-anchor",
                    "end");
        }
        page.element("text", "messages", "x", "2", "y", "11", "class", "axis");
        page.element("text", "month", "x", "2", "y", units(TOP + shape.plot + 13.0), "class", "axis");
    }

    private void holes(Markup page, List<Slot> slots, double slot, String id) throws IOException {
        for (Months.Hole hole : holes) {
            Predicate<Slot> within = one -> in(hole, one.month());
            long count = slots.stream().filter(within).count();
            if (count == 0) {
                continue;
            }
            int first = 0;
            while (!within.test(slots.get(first))) {
                first++;
            }
            double x = shape.left + first * slot;
            String words = "no mail, " + Shown.number(hole.months(), "month");
            page.open("g", "class", "hole", "data-months", Long.toString(count))
                    .element("title", hole.text() + ": " + words)
                    .empty(
                            "rect",
                            "x",
                            units(x),
                            "y",
                            units(TOP),
                            "width",
                            units(count * slot),
                            "height",
                            units(shape.plot),
                            "fill",
                            "url(#" + id + "-hole)");
            if (count >= 2 && count * slot >= 24) {
                String middle = units(x + count * slot / 2);
                String half = units(TOP + shape.plot / 2.0);
                boolean flat = count * slot >= words.length() * 7;
                page.element(
                        "text",
                        words,
                        "x",
                        middle,
                        "y",
                        half,
                        "text-anchor",
                        "middle",
                        "class",
                        "hole-words",
                        "transform",
                        flat ? "translate(0 0)" : "rotate(-90 " + middle + " " + half + ") translate(0 4)");
            }
            page.close();
        }
    }

    private void bar(Markup page, Slot one, double x, double slot, String id) throws IOException {
        if (one.tally().all() == 0) {
            return;
        }
        double gap = Math.min(3, slot * 0.15);
        String name = one.month() == null ? one.label() : one.month().toString();
        page.open("g", "class", "bar", "data-month", name).element("title", name + ": " + counts(one.tally()));
        long below = 0;
        for (Grade grade : Grade.values()) {
            long count = one.tally().of(grade);
            if (count == 0) {
                continue;
            }
            String word = grade.word();
            page.empty(
                    "rect",
                    "x",
                    units(x + gap / 2),
                    "y",
                    units(y(below + count)),
                    "width",
                    units(slot - gap),
                    "height",
                    units(y(below) - y(below + count)),
                    "class",
                    "g-" + word,
                    "fill",
                    Grade.UNSOUND.contains(grade) ? "url(#" + id + "-" + word + ")" : "currentColor",
                    "data-count",
                    Long.toString(count));
            below += count;
        }
        sign(page, one.tally(), x + slot / 2, y(below) - 9);
        page.close();
    }

    /** A cross above a bar with something damaged or unreadable, a triangle above one with something suspect. */
    private static void sign(Markup page, Tally tally, double x, double y) throws IOException {
        if (tally.damaged() + tally.unreadable() > 0) {
            page.empty(
                    "path",
                    "class",
                    "sign-damaged",
                    "d",
                    "M" + units(x - 4) + "," + units(y - 4) + " l8,8 m0,-8 l-8,8");
        } else if (tally.suspect() > 0) {
            page.empty("path", "class", "sign-suspect", "d", "M" + units(x) + "," + units(y - 4) + " l5,8 h-10 z");
        }
    }

    private void labels(Markup page, List<Slot> slots, double slot) throws IOException {
        double under = TOP + shape.plot;
        for (int i = 0; i < slots.size(); i++) {
            YearMonth month = slots.get(i).month();
            String x = units(shape.left + (i + 0.5) * slot);
            if (month == null) {
                page.element(
                        "text",
                        slots.get(i).label(),
                        "x",
                        units(shape.left + (i == 0 ? 0 : i + 1) * slot),
                        "y",
                        units(under + (i == 0 || i == slots.size() - 1 ? 41 : 28)),
                        "text-anchor",
                        i == 0 ? "start" : "end",
                        "class",
                        "outside");
                continue;
            }
            boolean begins = i == 0 || slots.get(i - 1).month() == null || month.getMonthValue() == 1;
            String edge = units(shape.left + i * slot);
            if (begins) {
                page.empty(
                        "line", "x1", edge, "x2", edge, "y1", units(under), "y2", units(under + 20), "class", "base");
            }
            if (slot >= 10) {
                page.element(
                        "text",
                        letters(month, slot),
                        "x",
                        x,
                        "y",
                        units(under + 13),
                        "text-anchor",
                        "middle",
                        "class",
                        "month");
            }
            if (begins
                    && (month.getMonthValue() <= 10 || i + 3 < slots.size() && slot > 12)
                    && (month.getMonthValue() == 1
                            || (13 - month.getMonthValue()) * slot > 34
                            || slots.size() - i < 3)) {
                page.element(
                        "text", Integer.toString(month.getYear()), "x", edge, "y", units(under + 28), "class", "year");
            }
        }
    }

    private static String letters(YearMonth month, double slot) {
        return month.getMonth().getDisplayName(slot >= 28 ? TextStyle.SHORT : TextStyle.NARROW, Locale.ENGLISH);
    }

    private double y(long count) {
        return TOP + shape.plot - (double) count * shape.plot / scale.top();
    }

    /** At most three decimals, since less cannot be seen. */
    private static String units(double value) {
        String text = String.format(Locale.ROOT, "%.3f", value);
        return text.replaceFirst("\\.?0+$", "");
    }
}
