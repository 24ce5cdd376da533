package org.understudy.restore.report.page;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.understudy.restore.report.page.Assessment.Flaw;
import org.understudy.restore.validate.Finding;

/** The unsound items, each with what speaks against it, and then what speaks for it. */
final class FlawList {
    private final Assessment it;

    FlawList(Assessment assessment) {
        this.it = assessment;
    }

    void write(Markup page) throws IOException {
        page.open("section").element("h2", "What to look at").line();
        if (it.totals().unsound() == 0) {
            page.element("p", "Nothing: no message is suspect, damaged or unreadable.")
                    .close()
                    .line();
            return;
        }
        page.element("p", introduction(), "class", "note").line();
        page.open("ol", "class", "flaws").line();
        for (Flaw flaw : it.flaws()) {
            flaw(page, flaw);
        }
        page.close().line();
        if (it.flawsLeftOut() > 0) {
            page.open("p", "class", "more")
                    .element("strong", "And " + Shown.number(it.flawsLeftOut()) + " more that are not listed here. ")
                    .text(it.fullList())
                    .close()
                    .line();
        }
        page.close().line();
    }

    /** Mail that may be another user's; nothing where there is none. */
    void strays(Markup page) throws IOException {
        Assessment.Strays strays = it.strays();
        if (strays.all() == 0) {
            return;
        }
        page.open("section").element("h2", "May hold another user's mail").line();
        page.element(
                        "p",
                        Shown.number(strays.all(), "message")
                                + ", whatever the verdict. Nobody should get them unseen: a merge holds them back.",
                        "class",
                        "note")
                .line();
        page.open("table").open("thead").open("tr");
        page.element("th", "In the mailboxes of", "scope", "col")
                .element("th", "Messages", "scope", "col", "class", "n");
        page.close().close().line().open("tbody").line();
        for (Map.Entry<String, Long> user : strays.users().entrySet()) {
            page.open("tr").open("th", "scope", "row").name(user.getKey()).close();
            page.element("td", Shown.number(user.getValue()), "class", "n")
                    .close()
                    .line();
        }
        page.close().close().line();
        page.open("ol", "class", "flaws").line();
        for (Flaw flaw : strays.listed()) {
            flaw(page, flaw);
        }
        page.close().line();
        long more = strays.all() - strays.listed().size();
        if (more > 0) {
            page.element("p", "And " + Shown.number(more) + " more. " + it.fullList(), "class", "more")
                    .line();
        }
        page.close().line();
    }

    private String introduction() {
        return it.flawsLeftOut() > 0
                ? "The first " + Shown.number(it.flaws().size()) + " of "
                        + Shown.number(it.totals().unsound()) + ", damaged before unreadable before suspect."
                : "All " + Shown.number(it.totals().unsound()) + ", damaged before unreadable before suspect. "
                        + it.fullList();
    }

    private static void flaw(Markup page, Flaw flaw) throws IOException {
        page.open("li", "class", flaw.grade().word()).open("p", "class", "who");
        page.open("span", "class", "badge");
        Signs.grade(page, flaw.grade());
        page.text(" " + flaw.grade().word()).close().text(" ");
        if (!flaw.user().isEmpty()) {
            page.name(flaw.user()).text(" \u203a ").name(flaw.mailbox());
        }
        if (!flaw.uid().isEmpty()) {
            page.text(" \u00b7 " + flaw.uid());
        }
        page.close().line();
        page.open("p", "class", "path").name(flaw.path()).close().line();
        page.open("ul").line();
        if (!flaw.why().isEmpty()) {
            page.open("li", "class", "against").name(flaw.why()).close().line();
        }
        for (Finding finding : heaviestFirst(flaw.findings())) {
            finding(page, finding);
        }
        page.close().close().line();
    }

    private static void finding(Markup page, Finding finding) throws IOException {
        page.open("li", "class", against(finding) ? "against" : "for");
        page.element("strong", finding.strength().word()).text(" by ");
        page.open("span", "class", "check").name(finding.check()).close();
        page.text(", ").name(finding.place().text()).text(": ").name(finding.what());
        page.close().line();
    }

    static boolean against(Finding finding) {
        return switch (finding.strength()) {
            case DOUBT, CONTRADICTION -> true;
            case PROOF, SUPPORT, NOTE -> false;
        };
    }

    static List<Finding> heaviestFirst(List<Finding> findings) {
        List<Finding> sorted = new ArrayList<>(findings);
        Comparator<Finding> byStrength = Comparator.comparing(Finding::strength);
        sorted.sort(Comparator.comparing(FlawList::against)
                .thenComparing(
                        (one, two) -> against(one) ? byStrength.compare(one, two) : byStrength.compare(two, one)));
        Collections.reverse(sorted);
        return sorted;
    }
}
