package org.understudy.server.console;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** axe-core: finds what keeps people out of a page, in light, in dark and as on a phone. */
final class Examiner {
    private static final String SCRIPT = load();
    private static final String RUN = "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
            + ".filter(v => v.impact === 'serious' || v.impact === 'critical')"
            + ".map(v => v.impact + ' ' + v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + ' | '"
            + " + (n.any[0] ? n.any[0].message : '')).join(' ; '))";

    private Examiner() {}

    private static String load() {
        try (InputStream in =
                Examiner.class.getResourceAsStream("/META-INF/resources/webjars/axe-core/4.6.3/axe.min.js")) {
            if (in == null) {
                throw new IllegalStateException("axe-core is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Serious and critical faults of the page that is open, each with the look it was found in. */
    static List<String> faults(Page page) {
        List<String> faults = new ArrayList<>();
        page.setViewportSize(1180, 860);
        look(page, ColorScheme.LIGHT, "light", faults);
        look(page, ColorScheme.DARK, "dark", faults);
        page.setViewportSize(390, 844);
        look(page, ColorScheme.LIGHT, "phone", faults);
        Object wide =
                page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
        if (((Number) wide).intValue() > 1) {
            faults.add(page.url() + " (phone): wider than the screen by " + wide);
        }
        page.setViewportSize(1180, 860);
        return faults;
    }

    private static void look(Page page, ColorScheme scheme, String name, List<String> faults) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
        page.evaluate(SCRIPT);
        for (Object fault : (List<?>) page.evaluate(RUN)) {
            faults.add(page.url() + " (" + name + "): " + fault);
        }
    }
}
