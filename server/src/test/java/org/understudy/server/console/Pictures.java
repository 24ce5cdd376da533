package org.understudy.server.console;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;

/** Takes pictures of pages, in light, in dark and as on a phone, where the system property {@code console.pictures} names a folder. */
final class Pictures {
    private static final String FOLDER = System.getProperty("console.pictures", "");

    private Pictures() {}

    static void of(Page page, String name) {
        if (FOLDER.isEmpty()) {
            return;
        }
        try {
            Files.createDirectories(Path.of(FOLDER));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        shot(page, name + "-light");
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        shot(page, name + "-dark");
        page.setViewportSize(390, 844);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        shot(page, name + "-phone");
        page.setViewportSize(1180, 860);
    }

    private static void shot(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(Path.of(FOLDER, name + ".png"))
                .setFullPage(false));
    }
}
