package org.understudy.server.console;

import java.util.List;
import java.util.Locale;
import org.understudy.restore.operation.Role;
import org.understudy.server.audit.AuditOperations;
import org.understudy.server.audit.AuditRecord;
import org.understudy.storage.Usage;
import org.understudy.storage.keyspace.MailboxPath;

/** The users of this server, and what staff did. */
final class PeoplePages {
    private static final int ON_A_PAGE = 100;
    private static final int RECORDS = 200;

    private final Frame frame;
    private final ConsoleSetup setup;
    private final Doing doing;

    PeoplePages(Frame frame, ConsoleSetup setup, Doing doing) {
        this.frame = frame;
        this.setup = setup;
        this.doing = doing;
    }

    List<Place> places() {
        return List.of(
                Place.get("/console/users", Role.VIEWER, this::users),
                Place.get("/console/audit", Role.ADMIN, this::audit));
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
            RestoreListPage.pager(page, "/console/users?words=" + Shown.encoded(words) + "&page=", at, pages);
        });
    }

    private Answer audit(Visit visit) throws InterruptedException {
        AuditOperations.Records records = doing.read(
                visit,
                "audit.list",
                new AuditOperations.Wanted(
                        visit.query("actor").strip(),
                        visit.query("action").strip(),
                        visit.query("about").strip(),
                        "",
                        "",
                        null,
                        null,
                        RECORDS),
                AuditOperations.Records.class);
        return frame.page(visit, Frame.Part.AUDIT, "Audit log", page -> {
            page.element("h1", "Audit log");
            page.element(
                    "p",
                    "What staff did, each record chained to the one before. 'understudy audit verify' checks the chain.",
                    "class",
                    "note");
            page.open("form", "class", "filter", "method", "get", "action", "/console/audit", "role", "search");
            for (List<String> field :
                    List.of(List.of("actor", "Who"), List.of("action", "What"), List.of("about", "About"))) {
                Frame.field(
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
            page.element(
                    "p",
                    records.records().size() < records.matching()
                            ? "The newest " + Shown.number(records.records().size()) + " of "
                                    + Shown.number(records.matching(), "record")
                            : Shown.number(records.matching(), "record"),
                    "class",
                    "note",
                    "role",
                    "status");
            if (records.unreadable() > 0) {
                page.open("div", "class", "said bad")
                        .element(
                                "p",
                                Shown.number(records.unreadable())
                                        + " lines are no records: run 'understudy audit verify'.",
                                "class",
                                "words")
                        .close();
            }
            page.open("div", "class", "scroll", "role", "region", "aria-label", "Audit log", "tabindex", "0");
            page.open("table", "class", "audit")
                    .element("caption", "Newest first")
                    .open("thead")
                    .open("tr");
            for (String head : List.of("No.", "When", "Who", "What", "Outcome", "About")) {
                page.element("th", head, "scope", "col");
            }
            page.close(2).open("tbody").line();
            records.records().reversed().forEach(record -> line(page, record));
            page.close(3);
        });
    }

    private static void line(Html page, AuditRecord record) {
        page.open("tr").element("th", Shown.number(record.number()), "scope", "row", "class", "n");
        page.element("td", Shown.time(record.at())).open("td").name(record.actor());
        page.text(record.from().isEmpty() ? "" : " from " + Shown.name(record.from()))
                .close();
        page.open("td").name(record.action()).close();
        page.element("td", record.outcome().name().toLowerCase(Locale.ROOT));
        StringBuilder about = new StringBuilder();
        record.details()
                .forEach((name, value) -> about.append(about.isEmpty() ? "" : ", ")
                        .append(name)
                        .append(" = ")
                        .append(value));
        String text = about + (record.words().isEmpty() ? "" : (about.isEmpty() ? "" : ": ") + record.words());
        page.open("td", "class", "path")
                .name(text.length() > 240 ? text.substring(0, 240) + "…" : text)
                .close(2);
    }
}
