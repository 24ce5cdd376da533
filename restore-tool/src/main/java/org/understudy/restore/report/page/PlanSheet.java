package org.understudy.restore.report.page;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.job.Approval;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.plan.LiveView;
import org.understudy.restore.plan.MergePlan;
import org.understudy.restore.plan.MergePolicy;
import org.understudy.restore.plan.PlanBreakdown;
import org.understudy.restore.plan.PlanStep;
import org.understudy.restore.plan.PlanTotals;
import org.understudy.restore.plan.SkipReason;
import org.understudy.restore.plan.TargetMailbox;
import org.understudy.restore.report.page.Assessment.Outlook;

/** A plan as a page: what it comes to, for whom, by which choices, and step by step. */
final class PlanSheet {
    private static final int MAILBOXES = 2_000;
    private static final int STEPS = 2_000;

    private final RestoreJob job;
    private final MergePlan plan;
    private final PlanTotals totals;
    private final StyleSheet style = StyleSheet.load();

    PlanSheet(RestoreJob job, MergePlan plan) {
        this.job = job;
        this.plan = plan;
        this.totals = plan.totals();
    }

    void write(Appendable out) throws IOException {
        Markup page = new Markup(out);
        page.doctype();
        page.open("html", "xmlns", "http://www.w3.org/1999/xhtml", "lang", "en", "xml:lang", "en")
                .line();
        head(page);
        page.open("body").line();
        header(page);
        page.open("main").line();
        bins(page);
        users(page);
        mailboxes(page);
        policy(page);
        steps(page);
        page.close().line();
        page.open("footer").open("p");
        page.text("This file is complete in itself: it loads nothing and runs no script. It names users and mailboxes,"
                + " but quotes no mail. What is approved is plan.json of the restore, by the hash above.");
        page.close().close().line();
        page.close().line().close().line();
        page.end();
    }

    private void head(Markup page) throws IOException {
        page.open("head").line();
        page.empty("meta", "charset", "utf-8").line();
        page.empty("meta", "http-equiv", "Content-Security-Policy", "content", style.policy())
                .line();
        page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1")
                .line();
        page.empty("meta", "name", "color-scheme", "content", "light dark").line();
        page.empty("meta", "name", "referrer", "content", "no-referrer").line();
        page.empty("meta", "name", "robots", "content", "noindex").line();
        page.element("title", "Plan \u2013 " + job.id()).line();
        page.style(style.text());
        page.line().close().line();
    }

    private long overQuota() {
        return totals.users().stream().filter(PlanTotals.UserGain::overQuota).count();
    }

    private boolean changesNothing() {
        return totals.add() + totals.quarantine() + totals.changeFlags() + totals.createMailboxes() == 0;
    }

    private void header(Markup page) throws IOException {
        boolean look = overQuota() > 0 || totals.skipped().containsKey(SkipReason.NO_SUCH_USER);
        Outlook outlook = changesNothing() ? Outlook.EMPTY : look ? Outlook.LOOK : Outlook.SOUND;
        page.open("header", "class", outlook.name().toLowerCase(Locale.ROOT)).line();
        page.open("p", "class", "eyebrow")
                .element("strong", "Understudy")
                .text(" \u00b7 Plan of a restore")
                .close()
                .line();
        page.open("p", "class", "outlook");
        Signs.outlook(page, outlook);
        page.text(standing()).close().line();
        page.open("h1")
                .text(headline())
                .open("span")
                .text(details())
                .close()
                .close()
                .line();
        page.open("dl", "class", "facts").line();
        fact(page, "Restore", job.id());
        fact(page, "Source", job.source().kind() + " " + job.source().location());
        fact(page, "Drawn up", plan.date().toString());
        fact(page, "Hash", String.valueOf(job.planHash()));
        fact(page, "Approvals", approvals());
        page.close().close().line();
    }

    private static void fact(Markup page, String label, String value) throws IOException {
        page.open("div")
                .element("dt", label)
                .open("dd")
                .name(value)
                .close()
                .close()
                .line();
    }

    private String standing() {
        return switch (job.state()) {
            case STAGING, STAGED, VALIDATED, PLANNED -> "Waits for approval; nothing is changed yet";
            case APPROVED -> "Approved; nothing is changed yet";
            case MERGING -> "Being carried out, or cut short";
            case MERGED -> "Carried out";
            case UNDOING, UNDONE -> "Taken back";
        };
    }

    private String headline() {
        if (changesNothing()) {
            return "Nothing to do: live has what was asked for.";
        }
        return Shown.number(totals.add(), "message") + " would be added for "
                + Shown.number(totals.users().size(), "user") + ".";
    }

    private String details() {
        long left =
                totals.skipped().values().stream().mapToLong(Long::longValue).sum();
        List<String> parts = new ArrayList<>();
        parts.add(Shown.size(totals.addBytes()));
        if (totals.quarantine() > 0) {
            parts.add(Shown.number(totals.quarantine()) + " held in quarantine where their users see them");
        }
        parts.add(Shown.number(left) + " left in the shadow");
        if (totals.createMailboxes() > 0) {
            parts.add(Shown.number(totals.createMailboxes(), "mailbox") + " to be made");
        }
        if (totals.changeFlags() > 0) {
            parts.add(Shown.number(totals.changeFlags(), "message") + " of live with other flags");
        }
        long strange = totals.skipped().getOrDefault(SkipReason.NO_SUCH_USER, 0L);
        return String.join(", ", parts) + "."
                + (strange == 0 ? "" : " Live does not have the users of " + Shown.number(strange, "message") + ".")
                + (overQuota() == 0
                        ? ""
                        : " " + Shown.number(overQuota(), "user") + " would be over quota and get no new mail.");
    }

    private String approvals() {
        List<String> names = new ArrayList<>();
        for (Approval one : job.approvals()) {
            names.add(one.by() + " (" + one.identity().text() + ", " + Shown.time(one.at()) + ")");
        }
        return job.approvals().size() + " of " + job.approvalsNeeded()
                + (names.isEmpty() ? "" : ": " + String.join(", ", names));
    }

    private void bins(Markup page) throws IOException {
        page.open("section").element("h2", "Every message accounted for").line();
        page.open("table", "class", "bins");
        page.element("caption", "What becomes of each message of the shadow")
                .open("thead")
                .open("tr");
        page.element("th", "Messages", "scope", "col", "class", "n").element("th", "", "scope", "col");
        page.close().close().line().open("tbody").line();
        bin(page, totals.add(), "to be added");
        bin(page, totals.quarantine(), "to be held in quarantine");
        for (SkipReason reason : SkipReason.values()) {
            long count = totals.skipped().getOrDefault(reason, 0L);
            if (count > 0) {
                bin(page, count, "left in the shadow: " + reason.text());
            }
        }
        page.close().open("tfoot").open("tr");
        page.element("td", Shown.number(totals.messages()), "class", "n").element("td", "in the shadow");
        page.close().close().close().close().line();
    }

    private static void bin(Markup page, long count, String words) throws IOException {
        page.open("tr").element("td", Shown.number(count), "class", count == 0 ? "n zero" : "n");
        page.element("td", words).close().line();
    }

    private void users(Markup page) throws IOException {
        if (totals.users().isEmpty()) {
            return;
        }
        page.open("section").element("h2", "By user, with quota").line();
        table(
                page,
                "Users",
                "counts",
                "What each user gains, and then has",
                "User",
                "Gains",
                "MB",
                "Then has",
                "MB",
                "Limit");
        for (PlanTotals.UserGain gain : totals.users()) {
            LiveView.Quota quota = gain.quota();
            page.open("tr").open("th", "scope", "row").name(gain.user()).close();
            number(page, gain.messages());
            page.element("td", megabytes(gain.bytes()), "class", "n");
            page.element("td", quota == null ? "" : Shown.number(quota.messages() + gain.messages()), "class", "n");
            page.element("td", quota == null ? "" : megabytes(quota.octets() + gain.bytes()), "class", "n");
            page.element(
                    "td",
                    limit(quota) + (gain.overQuota() ? " \u2013 over quota" : ""),
                    "class",
                    gain.overQuota() ? "n bad damaged" : "n");
            page.close().line();
        }
        page.close().close().close().close().line();
    }

    private static String limit(LiveView.@Nullable Quota quota) {
        if (quota == null) {
            return "not known";
        }
        List<String> limits = new ArrayList<>();
        if (quota.mostMessages() >= 0) {
            limits.add(Shown.number(quota.mostMessages(), "message"));
        }
        if (quota.mostOctets() >= 0) {
            limits.add(Shown.size(quota.mostOctets()));
        }
        return limits.isEmpty() ? "none" : String.join(", ", limits);
    }

    private void mailboxes(Markup page) throws IOException {
        List<PlanBreakdown.Row> rows = PlanBreakdown.of(plan).rows();
        page.open("section").element("h2", "By user and mailbox").line();
        table(
                page,
                "Mailboxes",
                "counts mailboxes",
                "Where messages go; those that are left stand under the mailbox that they are in",
                "User and mailbox",
                "Add",
                "Hold",
                "Flags",
                "Left",
                "MB");
        String user = "";
        for (PlanBreakdown.Row row : rows.subList(0, Math.min(MAILBOXES, rows.size()))) {
            if (!row.user().equals(user)) {
                user = row.user();
                page.open("tr", "class", "user")
                        .open("th", "scope", "rowgroup", "colspan", "6")
                        .name(user);
                page.close().close().line();
            }
            page.open("tr").open("th", "scope", "row").name(row.mailbox());
            page.text(row.create() ? " (to be made)" : "").close();
            number(page, row.add());
            number(page, row.hold());
            number(page, row.flags());
            number(page, row.left());
            page.element("td", megabytes(row.bytes()), "class", "n").close().line();
        }
        page.close().open("tfoot").open("tr").element("th", "all", "scope", "row");
        number(page, rows.stream().mapToLong(PlanBreakdown.Row::add).sum());
        number(page, rows.stream().mapToLong(PlanBreakdown.Row::hold).sum());
        number(page, rows.stream().mapToLong(PlanBreakdown.Row::flags).sum());
        number(page, rows.stream().mapToLong(PlanBreakdown.Row::left).sum());
        page.element(
                "td",
                megabytes(rows.stream().mapToLong(PlanBreakdown.Row::bytes).sum()),
                "class",
                "n");
        page.close().close().close().close().line();
        if (rows.size() > MAILBOXES) {
            page.element(
                    "p",
                    Shown.number(rows.size() - MAILBOXES)
                            + " more mailboxes are counted in the sum; plan.json has them.",
                    "class",
                    "more");
        }
        page.close().line();
    }

    private void policy(Markup page) throws IOException {
        MergePolicy policy = plan.policy();
        page.open("section").element("h2", "By these choices").line();
        page.open("dl", "class", "facts").line();
        fact(
                page,
                "Verdicts",
                String.join(
                        ", ", policy.verdicts().stream().map(one -> one.word()).toList()));
        fact(
                page,
                "Suspect",
                switch (policy.suspect()) {
                    case QUARANTINE -> "into the mailbox " + policy.quarantine();
                    case LEAVE -> "left in the shadow";
                });
        fact(
                page,
                "Duplicates",
                switch (policy.duplicates()) {
                    case DIGEST_IDENTITY_OR_REBUILT ->
                        "same digest, or same Message-ID, arrival and size; mail that was rebuilt by its original";
                    case DIGEST_OR_IDENTITY -> "same digest, or same Message-ID, arrival and size";
                    case DIGEST -> "same digest";
                });
        fact(
                page,
                "Flags",
                switch (policy.flags()) {
                    case LIVE -> "those of live stay";
                    case UNION -> "those of the backup are added";
                    case BACKUP -> "those of the backup";
                });
        fact(
                page,
                "Target",
                switch (policy.target()) {
                    case ORIGINAL -> "the mailboxes that mail was in";
                    case APART -> policy.restored();
                });
        fact(page, "Expunged", policy.includeExpunged() ? "brought back" : "what users expunged or moved is left");
        fact(page, "Over quota", policy.quota().name().toLowerCase(Locale.ROOT));
        some(page, "Users", policy.users().stream().toList());
        some(page, "Mailboxes", policy.mailboxes());
        some(page, "Senders", policy.senders());
        some(
                page,
                "Mapped",
                policy.userMap().entrySet().stream()
                        .map((Map.Entry<String, String> one) -> one.getKey() + " to " + one.getValue())
                        .toList());
        if (policy.from() != null || policy.before() != null) {
            fact(
                    page,
                    "Arrived",
                    (policy.from() == null ? "" : "from " + policy.from() + " ")
                            + (policy.before() == null ? "" : "before " + policy.before()));
        }
        page.close().close().line();
    }

    private static void some(Markup page, String label, List<String> values) throws IOException {
        if (!values.isEmpty()) {
            fact(page, label, String.join(", ", values));
        }
    }

    private void steps(Markup page) throws IOException {
        List<PlanStep> all = plan.steps();
        page.open("section").element("h2", "Step by step").line();
        if (all.isEmpty()) {
            page.element("p", "The plan has no steps.", "class", "note").close().line();
            return;
        }
        page.open("details")
                .element(
                        "summary",
                        "Show " + Shown.number(Math.min(STEPS, all.size())) + " of "
                                + Shown.number(all.size(), "step"));
        page.line();
        table(page, "Steps", "counts", "What a merge does, in this order", "Step", "Where", "Arrived", "Octets", "");
        for (PlanStep step : all.subList(0, Math.min(STEPS, all.size()))) {
            step(page, step);
        }
        page.close().close().close().line();
        if (all.size() > STEPS) {
            page.element(
                    "p",
                    Shown.number(all.size() - STEPS) + " more steps: 'understudy restore plan " + job.id()
                            + " --list' prints all.",
                    "class",
                    "more");
        }
        page.close().close().line();
    }

    private static void step(Markup page, PlanStep step) throws IOException {
        switch (step) {
            case PlanStep.CreateMailbox create ->
                row(page, "create", step, "", "", create.subscribe() ? "subscribed" : "");
            case PlanStep.AddMessage add ->
                row(
                        page,
                        add.quarantine() ? "hold" : "add",
                        step,
                        Shown.time(add.internalDate()),
                        Shown.number(add.size()),
                        add.verdict().word());
            case PlanStep.ChangeFlags change ->
                row(page, "flags", step, "", "", change.before() + " to " + change.after());
            case PlanStep.Skip skip ->
                row(
                        page,
                        "leave",
                        step,
                        "",
                        "",
                        skip.reason().text() + (skip.detail().isEmpty() ? "" : ": " + skip.detail()));
        }
    }

    private static void row(Markup page, String what, PlanStep step, String arrived, String octets, String words)
            throws IOException {
        TargetMailbox place = PlanBreakdown.place(step);
        page.open("tr").element("td", what).open("td").name(place.user() + " " + place.name());
        page.close()
                .element("td", arrived)
                .element("td", octets, "class", "n")
                .open("td")
                .name(words);
        page.close().close().line();
    }

    /** Opens a region that scrolls, a table, and its body. */
    private static void table(Markup page, String label, String kind, String caption, String... titles)
            throws IOException {
        page.open("div", "class", "scroll", "role", "region", "tabindex", "0", "aria-label", label);
        page.open("table", "class", kind)
                .element("caption", caption)
                .open("thead")
                .open("tr");
        for (int i = 0; i < titles.length; i++) {
            if (i == 0 || label.equals("Steps")) {
                page.element("th", titles[i], "scope", "col", "class", titles[i].equals("Octets") ? "n" : "");
            } else {
                page.element("th", titles[i], "scope", "col", "class", "n");
            }
        }
        page.close().close().line().open("tbody").line();
    }

    private static void number(Markup page, long count) throws IOException {
        page.element("td", Shown.number(count), "class", count == 0 ? "n zero" : "n");
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%,.1f", bytes / 1e6);
    }
}
