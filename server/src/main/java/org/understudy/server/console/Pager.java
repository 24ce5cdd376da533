package org.understudy.server.console;

/** Links to the page before and after. */
final class Pager {
    private Pager() {}

    /** Nothing where there is one page only. */
    static void pages(Html page, String address, int at, int pages) {
        pages(page, address, at, pages, "Before", "After");
    }

    /** @param before what the link to the page before says */
    static void pages(Html page, String address, int at, int pages, String before, String after) {
        if (pages < 2) {
            return;
        }
        page.open("nav", "class", "pager", "aria-label", "Pages");
        if (at > 1) {
            page.link(address + (at - 1), before, "rel", "prev");
        }
        page.element("span", "Page " + Shown.number(at) + " of " + Shown.number(pages));
        if (at < pages) {
            page.link(address + (at + 1), after, "rel", "next");
        }
        page.close().line();
    }
}
