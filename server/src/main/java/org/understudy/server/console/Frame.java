package org.understudy.server.console;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.operation.Role;

/** What is around every page: head, navigation, what was said, footer. */
final class Frame {
    private static final String HTMX = "{\"includeIndicatorStyles\":false,\"allowEval\":false,"
            + "\"selfRequestsOnly\":true,\"historyCacheSize\":0,\"refreshOnHistoryMiss\":true}";

    private final String version;
    private final Assets assets;
    private final SecureRandom random;

    Frame(String version, Assets assets, SecureRandom random) {
        this.version = version;
        this.assets = assets;
        this.random = random;
    }

    /** The parts of the console, as the navigation names them. */
    enum Part {
        OVERVIEW("Overview", "", Role.VIEWER),
        RESTORES("Restores", "/restores", Role.VIEWER),
        LOSS("Loss", "/loss", Role.VIEWER),
        SNAPSHOTS("Snapshots", "/snapshots", Role.VIEWER),
        WATCH("Drills", "/watch", Role.VIEWER),
        CERTIFICATES("Certificates", "/certificates", Role.VIEWER),
        MIGRATIONS("Migrations", "/migrations", Role.VIEWER),
        USERS("Users", "/users", Role.VIEWER),
        AUDIT("Audit", "/audit", Role.ADMIN);

        private final String words;
        private final String path;
        private final Role role;

        Part(String words, String path, Role role) {
            this.words = words;
            this.path = path;
            this.role = role;
        }
    }

    /** A page for somebody who has logged in. */
    Answer page(Visit visit, Part part, String title, Consumer<Html> content) {
        return Answer.page(of(visit.session(), part, title, Reload.NEVER, content));
    }

    /** One that a browser without scripts loads again every few seconds. */
    Answer livePage(Visit visit, Part part, String title, Consumer<Html> content) {
        return Answer.page(of(visit.session(), part, title, Reload.WITHOUT_SCRIPT, content));
    }

    /** One of which a part is being read; it loads itself again until that is there. */
    Answer soonPage(Visit visit, Part part, String title, Consumer<Html> content) {
        return Answer.page(of(visit.session(), part, title, Reload.ALWAYS, content));
    }

    /** What is shown instead of a page whose figures are being read; it loads itself again until they are there. */
    Answer making(Visit visit, Part part, String title, String words) {
        return Answer.page(of(visit.session(), part, title, Reload.ALWAYS, page -> {
            page.element("h1", title);
            page.open("div", "class", "said wait", "role", "status");
            page.element("p", words, "class", "words");
            page.element(
                    "p", "This page loads itself again every two seconds, and shows them as soon as they are there.");
            page.close().line();
        }));
    }

    /** Whether a page is loaded again after some seconds. */
    private enum Reload {
        NEVER,
        /** Where no script does better. */
        WITHOUT_SCRIPT,
        ALWAYS
    }

    private String of(
            @Nullable Session session, @Nullable Part part, String title, Reload reload, Consumer<Html> content) {
        Html page = new Html().doctype();
        page.open("html", "lang", "en").open("head").line();
        page.open("meta", "charset", "utf-8").line();
        page.open("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
                .line();
        page.open("meta", "name", "htmx-config", "content", HTMX).line();
        page.element("title", title + " · Understudy").line();
        page.open("link", "rel", "icon", "type", "image/svg+xml", "href", assets.address("icon.svg"))
                .line();
        page.open("link", "rel", "stylesheet", "href", assets.address("report.css"))
                .line();
        page.open("link", "rel", "stylesheet", "href", assets.address("console.css"))
                .line();
        page.open("script", "src", assets.address("htmx.js"), "defer", "")
                .close()
                .line();
        page.open("script", "src", assets.address("live.js"), "defer", "")
                .close()
                .line();
        switch (reload) {
            case NEVER -> {}
            case WITHOUT_SCRIPT ->
                page.open("noscript")
                        .open("meta", "http-equiv", "refresh", "content", "3")
                        .close()
                        .line();
            case ALWAYS ->
                page.open("meta", "http-equiv", "refresh", "content", "2").line();
        }
        page.close().open("body").line();
        page.link("#main", "Skip to the content", "class", "skip").line();
        top(page, session, part);
        page.open("main", "id", "main", "tabindex", "-1").line();
        if (session != null) {
            said(page, session);
        }
        content.accept(page);
        page.close().line();
        page.open("footer", "class", "foot").open("p").text("Understudy " + version);
        page.text(" · times are UTC").close(2);
        page.close(2);
        return page.finished();
    }

    private static void top(Html page, @Nullable Session session, @Nullable Part part) {
        page.open("header", "class", "top").line();
        page.open("div", "class", "brand")
                .link(WebConsole.PREFIX, "Understudy")
                .close()
                .line();
        if (session != null) {
            page.open("nav", "aria-label", "Parts of the console").open("ul");
            for (Part one : Part.values()) {
                if (session.identity().role().covers(one.role)) {
                    page.open("li")
                            .link(
                                    WebConsole.PREFIX + one.path,
                                    one.words,
                                    one == part ? "aria-current" : "",
                                    one == part ? "page" : "")
                            .close();
                }
            }
            page.close(2);
            page.open("form", "class", "who", "method", "post", "action", WebConsole.PREFIX + "/logout");
            hidden(page, "form", session.formToken());
            page.open("span").open("strong").name(session.identity().person()).close();
            page.text(", " + session.identity().role().word()).close();
            page.element("button", "Log out", "class", "quiet").close();
        }
        page.close().line();
    }

    private static void said(Html page, Session session) {
        Session.Said said = session.listen();
        if (said == null) {
            return;
        }
        page.open("div", "class", said.good() ? "said good" : "said bad", "role", said.good() ? "status" : "alert");
        page.element("p", said.words(), "class", "words");
        if (!said.hint().isEmpty()) {
            page.element("p", said.hint());
        }
        page.close().line();
    }

    /** Begins a form with one button, or with fields; {@code back} is where what cannot be done is said. */
    void form(Html page, Visit visit, String action, String back, String... attributes) {
        String[] all = new String[attributes.length + 4];
        all[0] = "method";
        all[1] = "post";
        all[2] = "action";
        all[3] = action;
        System.arraycopy(attributes, 0, all, 4, attributes.length);
        page.open("form", all);
        hidden(page, "form", visit.session().formToken());
        hidden(page, "back", back);
        byte[] key = new byte[12];
        random.nextBytes(key);
        hidden(page, "key", HexFormat.of().formatHex(key));
    }

    static void hidden(Html page, String name, String value) {
        page.open("input", "type", "hidden", "name", name, "value", value);
    }

    /**
     * A form that asks for the same page with what is typed in.
     *
     * @param fields of the query, each with its label
     */
    static void search(Html page, Visit visit, String action, List<List<String>> fields) {
        page.open("form", "class", "filter", "method", "get", "action", action, "role", "search");
        for (List<String> field : fields) {
            field(
                    page,
                    field.getFirst(),
                    field.getLast(),
                    "",
                    "type",
                    "search",
                    "value",
                    visit.query(field.getFirst()));
        }
        page.element("button", "Show", "class", "quiet").close();
    }

    /** A labelled field. */
    static void field(Html page, String id, String label, String hint, String... attributes) {
        page.open("div", "class", "field").element("label", label, "for", id);
        String[] all = new String[attributes.length + 4 + (hint.isEmpty() ? 0 : 2)];
        all[0] = "id";
        all[1] = id;
        all[2] = "name";
        all[3] = id;
        System.arraycopy(attributes, 0, all, 4, attributes.length);
        if (!hint.isEmpty()) {
            all[all.length - 2] = "aria-describedby";
            all[all.length - 1] = id + "-hint";
        }
        page.open("input", all);
        if (!hint.isEmpty()) {
            page.element("p", hint, "class", "hint", "id", id + "-hint");
        }
        page.close().line();
    }

    /** @param problem why the last try was refused, or empty */
    String login(String problem, String name, String to) {
        return of(null, null, "Log in", Reload.NEVER, page -> {
            page.open("section", "class", "door");
            page.element("h1", "Log in to the console");
            if (!problem.isEmpty()) {
                page.open("div", "class", "said bad", "role", "alert")
                        .element("p", problem, "class", "words")
                        .close()
                        .line();
            }
            page.open("form", "method", "post", "action", WebConsole.PREFIX + "/login");
            hidden(page, "to", to);
            field(page, "name", "Account", "", "autocomplete", "username", "autocapitalize", "none", "value", name);
            field(page, "password", "Password", "", "type", "password", "autocomplete", "current-password");
            page.element("button", "Log in", "class", "main").close().line();
            page.open("details").element("summary", "Log in with a token instead");
            page.open("form", "method", "post", "action", WebConsole.PREFIX + "/login");
            hidden(page, "to", to);
            field(
                    page,
                    "token",
                    "Token",
                    "Made by 'understudy token make'. The first time, on the server itself: the content of admin.token in"
                            + " the data folder.",
                    "type",
                    "password",
                    "autocomplete",
                    "off");
            page.element("button", "Log in with the token", "class", "main").close(2);
            page.close().line();
        });
    }

    String notLoggedIn() {
        return of(null, null, "Not logged in", Reload.NEVER, page -> {
            page.element("h1", "You are not logged in");
            page.open("p")
                    .text("The session has ended; nothing was done. ")
                    .link(WebConsole.PREFIX + "/login", "Log in");
            page.text(" and try again.").close();
        });
    }

    String lost(@Nullable Session session) {
        return of(session, null, "Not found", Reload.NEVER, page -> {
            page.element("h1", "There is no such page");
            page.open("p").link(WebConsole.PREFIX, "Go to the overview").close();
        });
    }

    String refused(@Nullable Session session, String words) {
        return of(session, null, "Refused", Reload.NEVER, page -> {
            page.element("h1", "Nothing was done");
            page.element("p", words);
        });
    }

    String failed(@Nullable Session session, String words, String hint) {
        return of(session, null, "Not possible", Reload.NEVER, page -> {
            page.element("h1", "That is not possible");
            page.open("p").text(Shown.name(words)).close();
            if (!hint.isEmpty()) {
                page.open("p").text(Shown.upper(Shown.name(hint))).close();
            }
            page.open("p").link(WebConsole.PREFIX, "Go to the overview").close();
        });
    }
}
