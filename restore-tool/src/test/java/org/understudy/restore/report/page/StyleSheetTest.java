package org.understudy.restore.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Contrast as WCAG 2.2 reckons it: 4.5 for text (1.4.3), 3 for drawings (1.4.11), in both schemes. */
class StyleSheetTest {
    private static final Pattern COLOUR = Pattern.compile("--([a-z-]+): (#[0-9a-f]{6});");

    private final String text = StyleSheet.load().text();

    @Test
    void wordsAndDrawingsStandOutInBothSchemes() {
        String[] schemes = text.split("prefers-color-scheme: dark", -1);
        assertThat(schemes).hasSize(2);
        for (String scheme : schemes) {
            Map<String, String> colours = colours(scheme);
            for (String ground : List.of("ground", "panel")) {
                for (String words : List.of("ink", "soft")) {
                    assertContrast(colours, words, ground, 4.5);
                }
                for (Grade grade : Grade.values()) {
                    assertContrast(colours, grade.word() + "-text", ground, 4.5);
                }
            }
            for (Grade grade : Grade.values()) {
                assertContrast(colours, grade.word(), "ground", 3);
            }
            assertContrast(colours, "hole", "ground", 3);
            for (Grade grade : Grade.UNSOUND) {
                assertContrast(colours, grade.word() + "-line", grade.word(), 3);
            }
        }
    }

    @Test
    void sheetAsksForNothingAndIsPlainText() {
        assertThat(text)
                .doesNotContain("url(")
                .doesNotContain("@import")
                .doesNotContain("<")
                .doesNotContain("&");
    }

    private static Map<String, String> colours(String scheme) {
        Map<String, String> colours = new HashMap<>();
        Matcher matcher = COLOUR.matcher(scheme);
        while (matcher.find()) {
            colours.put(matcher.group(1), matcher.group(2));
        }
        return colours;
    }

    private static void assertContrast(Map<String, String> colours, String one, String other, double least) {
        double first = luminance(colours.getOrDefault(one, "none"));
        double second = luminance(colours.getOrDefault(other, "none"));
        double contrast = (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
        assertThat(contrast)
                .as("contrast of %s %s with %s %s", one, colours.get(one), other, colours.get(other))
                .isGreaterThanOrEqualTo(least);
    }

    private static double luminance(String colour) {
        return 0.2126 * channel(colour, 1) + 0.7152 * channel(colour, 3) + 0.0722 * channel(colour, 5);
    }

    private static double channel(String colour, int at) {
        double value = Integer.parseInt(colour.substring(at, at + 2), 16) / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }
}
