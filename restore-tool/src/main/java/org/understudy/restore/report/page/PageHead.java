package org.understudy.restore.report.page;

import java.io.IOException;

/** What stands before the body of every page: its title, its style, and a policy that forbids all else. */
final class PageHead {
    private PageHead() {}

    static void write(Markup page, StyleSheet style, String title) throws IOException {
        page.open("head").line();
        page.empty("meta", "charset", "utf-8").line();
        page.empty("meta", "http-equiv", "Content-Security-Policy", "content", style.policy())
                .line();
        page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
                .line();
        page.empty("meta", "name", "color-scheme", "content", "light dark").line();
        page.empty("meta", "name", "referrer", "content", "no-referrer").line();
        page.empty("meta", "name", "robots", "content", "noindex").line();
        page.element("title", title).line();
        page.style(style.text());
        page.line().close().line();
    }
}
