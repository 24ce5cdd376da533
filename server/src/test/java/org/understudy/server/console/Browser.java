package org.understudy.server.console;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Chromium, which notes what pages should not do: errors, violations of their policy, requests to other hosts. */
final class Browser implements AutoCloseable {
    static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final int PATIENCE_MILLIS = 60_000;

    private final Playwright playwright;
    private final com.microsoft.playwright.Browser chromium;
    private final String base;
    final List<String> faults = new ArrayList<>();

    Browser(String base) {
        this.base = base;
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        chromium = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        .setTimeout(PATIENCE_MILLIS * 2)
                        .setArgs(List.of("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")));
    }

    static boolean present() {
        return Files.isExecutable(CHROMIUM);
    }

    /** A window of its own, with cookies of its own. */
    Page window() {
        return window(false);
    }

    /** @param examined the page's policy is set aside, so that a test's own script can look at it */
    Page window(boolean examined) {
        BrowserContext context = chromium.newContext(new com.microsoft.playwright.Browser.NewContextOptions()
                .setViewportSize(1180, 860)
                .setColorScheme(ColorScheme.LIGHT)
                .setBypassCSP(examined));
        context.setDefaultTimeout(PATIENCE_MILLIS);
        context.setDefaultNavigationTimeout(PATIENCE_MILLIS);
        Page page = context.newPage();
        page.onConsoleMessage(message -> {
            boolean refusedOnPurpose = message.text().contains("status of 4");
            if (message.type().equals("error") && !refusedOnPurpose) {
                faults.add("console: " + message.text());
            }
        });
        page.onPageError(error -> faults.add("error: " + error));
        page.onRequest(request -> {
            if (!request.url().startsWith(base) && !request.url().startsWith("data:")) {
                faults.add("request: " + request.url());
            }
        });
        page.addInitScript("document.addEventListener('securitypolicyviolation', e => console.error('policy: ' +"
                + " e.violatedDirective + ' ' + e.blockedURI))");
        return page;
    }

    Page loggedIn(String account) {
        return login(window(), account);
    }

    Page login(Page page, String account) {
        page.navigate(base + "/console/login");
        page.fill("#name", account);
        page.fill("#password", StageServer.PASSWORD);
        page.click("button.main >> nth=0");
        page.waitForSelector("nav a[aria-current]");
        return page;
    }

    @Override
    public void close() {
        chromium.close();
        playwright.close();
    }
}
