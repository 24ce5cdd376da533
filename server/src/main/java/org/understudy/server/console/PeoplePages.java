package org.understudy.server.console;

import java.util.List;
import java.util.Locale;
import org.understudy.restore.operation.Role;
import org.understudy.storage.Usage;
import org.understudy.storage.keyspace.MailboxPath;

/** The users of this server. */
final class PeoplePages {
    private static final int ON_A_PAGE = 100;

    private final Frame frame;
    private final ConsoleSetup setup;

    PeoplePages(Frame frame, ConsoleSetup setup) {
        this.frame = frame;
        this.setup = setup;
    }

    List<Place> places() {
        return List.of(Place.get("/console/users", Role.VIEWER, this::users));
    }

    /** Only those on the page are counted. */
    private Answer users(Visit visit) {
        String words = visit.query("words").strip().toLowerCase(Locale.ROOT);
        var live = setup.workplace().live();
        var all = live.accounts().all().stream()
                .filter(account -> words.isEmpty() || account.name().contains(words))
                .toList();
        int pages = Math.max(1, (all.size() + ON_A_PAGE - 1) / ON_A_PAGE);
        int at = Math.clamp(visit.number("page"), 1, pages);
        return frame.page(visit, Frame.Part.USERS, "Users", page -> {
            page.element("h1", Shown.number(all.size(), "user") + (words.isEmpty() ? "" : " found"));
            page.open("form", "class", "filter", "method", "get", "action", "/console/users", "role", "search");
            Frame.field(
                    page, "words", "Part of the name", "", "type", "search", "value", words, "autocapitalize", "none");
            page.element("button", "Show", "class", "quiet").close();
            page.open("div", "class", "scroll", "role", "region", "aria-label", "Users", "tabindex", "0");
            page.open("table").element("caption", "Users by name").open("thead").open("tr");
            for (String head : List.of("User", "Role here", "Since", "Mailboxes", "Messages", "Mail")) {
                boolean figure = List.of("Mailboxes", "Messages", "Mail").contains(head);
                page.element("th", head, "scope", "col", figure ? "class" : "", "n");
            }
            page.close(2).open("tbody").line();
            all.stream().skip((at - 1L) * ON_A_PAGE).limit(ON_A_PAGE).forEach(account -> {
                Usage usage = live.usage(MailboxPath.PRIVATE, account.name());
                page.open("tr").open("th", "scope", "row").name(account.name()).close();
                page.element(
                        "td", setup.staff().role(account.name()).map(Role::word).orElse(""));
                page.element("td", Shown.time(account.createdAt()));
                page.element(
                        "td",
                        Shown.number(live.mailboxes()
                                .ofOwner(MailboxPath.PRIVATE, account.name())
                                .size()),
                        "class",
                        "n");
                page.element("td", Shown.number(usage.messages()), "class", "n");
                page.element("td", Shown.size(usage.bytes()), "class", "n")
                        .close()
                        .line();
            });
            page.close(3);
            Pager.pages(page, "/console/users?words=" + Shown.encoded(words) + "&page=", at, pages);
        });
    }
}
