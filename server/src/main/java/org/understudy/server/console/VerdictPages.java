package org.understudy.server.console;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreJobs;
import org.understudy.restore.operation.Role;
import org.understudy.restore.pages.PagedList;
import org.understudy.restore.pages.ReportIndex;
import org.understudy.restore.report.ValidationReport;
import org.understudy.restore.shadow.Evidence;
import org.understudy.restore.shadow.ShadowMailbox;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.validate.Verdict;

/** Lists of messages: the unsound ones of a report, and all verdicts of a shadow, read by cursor. No content of mail. */
final class VerdictPages {
    private static final int ON_A_PAGE = 100;
    private static final Pattern AFTER = Pattern.compile("([0-9]{1,18})-([0-9]{1,10})");

    private final Frame frame;
    private final ConsoleSetup setup;
    private final Reports reports;

    VerdictPages(Frame frame, ConsoleSetup setup, Reports reports) {
        this.frame = frame;
        this.setup = setup;
        this.reports = reports;
    }

    List<Place> places() {
        return List.of(
                Place.get("/console/restores/{id}/unsound", Role.VIEWER, this::unsound),
                Place.get("/console/restores/{id}/verdicts", Role.VIEWER, this::verdicts));
    }

    private Answer unsound(Visit visit) throws Exception {
        RestoreJob job = RestoreJobs.one(setup.workplace().restores(), visit.path("id"));
        boolean strays = visit.query("list").equals("strays");
        String title = strays ? "Messages that may be another user's" : "Unsound messages";
        return switch (reports.report(job.id())) {
            case Reports.Found.None<ReportIndex> none ->
                throw new Refusal(409, "This restore is not validated yet, so nothing is known of its messages.");
            case Reports.Found.Making<ReportIndex> making -> beingRead(visit, title);
            case Reports.Found.There<ReportIndex>(ReportIndex index) -> {
                PagedList list = strays ? index.contaminated() : index.unsound();
                int at = Math.clamp(visit.number("page"), 1, list.pages());
                yield reports.page(job.id(), list, at)
                        .map(some -> listed(visit, job, title, list, at, some))
                        .orElseGet(() -> beingRead(visit, title));
            }
        };
    }

    private Answer beingRead(Visit visit, String title) {
        return frame.making(visit, Frame.Part.RESTORES, title, "The report is being read for the first time.");
    }

    private Answer listed(
            Visit visit, RestoreJob job, String title, PagedList list, int at, List<ValidationReport.Unsound> some) {
        boolean strays = visit.query("list").equals("strays");
        return frame.page(visit, Frame.Part.RESTORES, title, page -> {
            page.open("p", "class", "eyebrow")
                    .link("/console/restores/" + job.id(), "Restore " + job.id())
                    .close();
            page.element("h1", title + ": " + Shown.number(list.items()));
            if (strays) {
                page.element(
                        "p",
                        "A merge holds these back, whatever their verdict. Their text is shown to nobody here.",
                        "class",
                        "lead");
            }
            if (some.isEmpty()) {
                page.element("p", "There is none.", "class", "note");
                return;
            }
            page.open("ul", "class", "flaws").line();
            some.forEach(one -> flaw(page, job.id(), one, strays));
            page.close().line();
            Pager.pages(
                    page,
                    "/console/restores/" + job.id() + "/unsound?list=" + (strays ? "strays" : "") + "&page=",
                    at,
                    list.pages());
        });
    }

    private static void flaw(Html page, String id, ValidationReport.Unsound one, boolean stray) {
        Verdict verdict = one.verdict();
        String word = verdict == null ? "unreadable" : verdict.word();
        page.open("li", "class", stray ? "suspect" : word).open("p", "class", "who");
        page.element("span", stray ? "may be another's" : word, "class", "badge");
        if (one.uid() > 0) {
            page.open("a", "href", address(id, one.user(), one.mailbox(), one.uid()));
        }
        page.name(one.user() + ", " + one.mailbox() + (one.uid() > 0 ? ", UID " + one.uid() : ""));
        if (one.uid() > 0) {
            page.close();
        }
        page.close();
        page.open("p", "class", "path").name(one.path()).close();
        page.open("ul");
        if (!one.why().isEmpty()) {
            page.open("li").text(Shown.name(one.why())).close();
        }
        one.findings().stream().filter(VerdictPages::against).limit(4).forEach(finding -> {
            page.open("li").element("span", finding.check(), "class", "check");
            page.text(" (" + finding.strength().word() + "): " + Shown.name(finding.what()))
                    .close();
        });
        page.close(2);
    }

    private static boolean against(Finding finding) {
        return finding.strength() == Finding.Strength.DOUBT || finding.strength() == Finding.Strength.CONTRADICTION;
    }

    /** The page of one message. */
    static String address(String id, String user, String mailbox, long uid) {
        return "/console/restores/" + id + "/message?user=" + Shown.encoded(user) + "&mailbox=" + Shown.encoded(mailbox)
                + "&uid=" + uid;
    }

    private record Line(ShadowMailbox mailbox, long uid, Evidence evidence) {}

    private Answer verdicts(Visit visit) {
        RestoreJob job = RestoreJobs.one(setup.workplace().restores(), visit.path("id"));
        String user = visit.query("user");
        Matcher from = AFTER.matcher(visit.query("after"));
        boolean later = from.matches();
        long mailboxFrom = later ? Long.parseLong(from.group(1)) : -1;
        long uidFrom = later ? Math.min(0xFFFF_FFFEL, Long.parseLong(from.group(2))) : 0;
        List<Line> lines = new ArrayList<>();
        try (ShadowStore shadow = ShadowStore.openReading(
                setup.workplace().shadows(), job.id(), setup.workplace().clock())) {
            List<ShadowMailbox> mailboxes = shadow.mailboxes().stream()
                    .filter(box -> box.id().value() >= mailboxFrom)
                    .filter(box -> user.isEmpty() || box.source().user().equals(user))
                    .sorted(Comparator.comparingLong(box -> box.id().value()))
                    .toList();
            for (ShadowMailbox box : mailboxes) {
                long after = box.id().value() == mailboxFrom ? uidFrom : 0;
                shadow.evidence(
                        box.id(),
                        after,
                        ON_A_PAGE - lines.size(),
                        (uid, evidence) -> lines.add(new Line(box, uid, evidence)));
                if (lines.size() >= ON_A_PAGE) {
                    break;
                }
            }
        }
        return frame.page(visit, Frame.Part.RESTORES, "Verdicts of " + job.id(), page -> {
            page.open("p", "class", "eyebrow")
                    .link("/console/restores/" + job.id(), "Restore " + job.id())
                    .close();
            page.open("h1").text("Verdicts").text(user.isEmpty() ? "" : " of ");
            if (!user.isEmpty()) {
                page.name(user);
            }
            page.close();
            page.open(
                    "form",
                    "class",
                    "filter",
                    "method",
                    "get",
                    "role",
                    "search",
                    "action",
                    "/console/restores/" + job.id() + "/verdicts");
            Frame.field(page, "user", "Only this user", "", "type", "search", "value", user, "autocapitalize", "none");
            page.element("button", "Show", "class", "quiet").close();
            table(page, job.id(), lines);
            page.open("nav", "class", "pager", "aria-label", "Pages");
            String own = "/console/restores/" + job.id() + "/verdicts?user=" + Shown.encoded(user);
            if (later) {
                page.link(own, "From the beginning");
            }
            if (lines.size() >= ON_A_PAGE) {
                Line last = lines.getLast();
                page.link(own + "&after=" + last.mailbox().id().value() + "-" + last.uid(), "After", "rel", "next");
            }
            page.close().line();
        });
    }

    private static void table(Html page, String id, List<Line> lines) {
        if (lines.isEmpty()) {
            page.element("p", "There is no message here.", "class", "note");
            return;
        }
        page.open("div", "class", "scroll", "role", "region", "aria-label", "Verdicts", "tabindex", "0");
        page.open("table").element("caption", "Messages by mailbox and UID in the shadow");
        page.open("thead").open("tr");
        for (String head : List.of("Message", "Verdict", "Arrived", "Size")) {
            page.element("th", head, "scope", "col", head.equals("Size") ? "class" : "", "n");
        }
        page.close(2).open("tbody").line();
        for (Line line : lines) {
            String user = line.mailbox().source().user();
            String mailbox = line.mailbox().source().name();
            String word = line.evidence().verdict().word();
            page.open("tr").open("th", "scope", "row").open("a", "href", address(id, user, mailbox, line.uid()));
            page.name(user + ", " + mailbox + ", UID " + line.uid()).close(2);
            page.open("td").element("span", word, "class", "g " + word).close();
            page.element("td", Shown.time(line.evidence().internalDate()));
            page.element("td", Shown.size(line.evidence().rawSize()), "class", "n")
                    .close()
                    .line();
        }
        page.close(3);
    }
}
