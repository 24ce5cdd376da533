package org.understudy.server.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.stream.Collectors;
import org.understudy.restore.cli.Printable;
import org.understudy.restore.cli.Table;
import org.understudy.server.coverage.Plan;
import org.understudy.server.coverage.Planner;
import org.understudy.server.ledger.LedgerContent;

/** A plan of coverage, for people. */
final class PlanText {
    private static final int SHOWN = 20;

    private final Plan plan;
    private final int most;
    private final PrintStream out;

    PlanText(Plan plan, boolean all, PrintStream out) {
        this.plan = plan;
        this.most = all ? Integer.MAX_VALUE : SHOWN;
        this.out = out;
    }

    static String untold(LedgerContent content) {
        return Planner.untold(content.sums(), content.damaged());
    }

    void print() {
        Plan.Totals totals = plan.totals();
        if (totals.users() == 0) {
            line("The ledger has no logins, so who will be warned cannot be said.");
        }
        out.printf(
                "%,d of %,d users will be warned on %s: %,d of %,d host names in use have no valid certificate then.%n",
                totals.warned(),
                totals.users(),
                plan.cutOver().toString().substring(0, 10),
                totals.uncovered(),
                totals.hosts());
        hosts();
        warned();
        additions();
        certificates();
        mismatches();
        roots();
        unnamed();
        if (!plan.unused().isEmpty()) {
            line("Configured or advertised, and nobody has logged in under them: " + some(plan.unused()));
        }
        line("The ledger begins " + plan.since()
                + (plan.untold().isEmpty() ? "." : ". Not complete: " + plan.untold() + "."));
    }

    private void hosts() {
        List<Plan.Host> open = plan.hosts().stream()
                .filter(host -> host.verdict() != Plan.Verdict.COVERED
                        && (host.users() > 0
                                || host.from().size() > 1
                                || !host.from().contains("seen")))
                .toList();
        if (open.isEmpty()) {
            return;
        }
        line("\nNames without a valid certificate:");
        Table table = new Table("host", "why", "known from", "users", "logins", "last seen");
        open.stream()
                .limit(most)
                .forEach(host -> table.row(
                        host.host(),
                        why(host.verdict()),
                        String.join(", ", host.from()),
                        host.users(),
                        host.logins(),
                        host.last() == null ? "never" : host.last().toString()));
        table.print(out, "  ");
        more(open.size(), "names");
    }

    private static String why(Plan.Verdict verdict) {
        return switch (verdict) {
            case NAME -> "in no certificate";
            case EXPIRED -> "expired";
            case EARLY -> "not valid yet";
            case COVERED -> "covered";
        };
    }

    private void warned() {
        if (plan.warned().isEmpty()) {
            return;
        }
        line("\nUsers who will be warned:");
        Table table = new Table("user", "host", "client", "logins", "last seen");
        plan.warned().stream()
                .limit(most)
                .forEach(one ->
                        table.row(one.user(), one.host(), String.join(", ", one.clients()), one.logins(), one.last()));
        table.print(out, "  ");
        more(plan.warned().size(), "rows");
    }

    private void additions() {
        if (plan.additions().isEmpty()) {
            return;
        }
        line("\nNames to add to certificates:");
        for (Plan.Addition one : plan.additions()) {
            line("  " + (one.certificate().isEmpty() ? "a new certificate" : one.certificate()) + ": "
                    + some(one.names())
                    + (one.wildcard().isEmpty()
                            ? ""
                            : "; or " + one.wildcard() + " for all "
                                    + one.names().size())
                    + String.format(" (%,d users)", one.users()));
        }
    }

    private void certificates() {
        if (plan.certificates().isEmpty()) {
            line("\nNo certificate is at hand: give files or folders.");
            return;
        }
        line("\nCertificates at hand:");
        Table table = new Table("file", "until", "users", "names", "remark");
        plan.certificates().stream()
                .limit(most)
                .forEach(one -> table.row(
                        one.place(),
                        one.until().toString().substring(0, 10),
                        one.users(),
                        one.names().stream().limit(3).collect(Collectors.joining(", "))
                                + (one.names().size() > 3
                                        ? " and " + (one.names().size() - 3) + " more"
                                        : ""),
                        one.remark()));
        table.print(out, "  ");
        more(plan.certificates().size(), "certificates");
    }

    private void mismatches() {
        if (plan.mismatches().isEmpty()) {
            return;
        }
        line("\nToday's certificate is not for the name asked for:");
        Table table = new Table("host", "refused", "hung up", "logins in spite", "last seen");
        plan.mismatches().stream()
                .limit(most)
                .forEach(one -> table.row(one.host(), one.refused(), one.silent(), one.logins(), one.last()));
        table.print(out, "  ");
        more(plan.mismatches().size(), "names");
    }

    private void roots() {
        if (plan.roots().isEmpty()) {
            return;
        }
        line("\nClients that do not know the authority (not a matter of names):");
        Table table = new Table("host", "software", "tls", "alert", "refused", "others accept it", "users, likely");
        plan.roots().stream()
                .limit(most)
                .forEach(one -> table.row(
                        one.host(),
                        one.family(),
                        one.tls(),
                        one.alert(),
                        one.refused(),
                        one.everybody() ? "no: look at the chain" : "yes: its roots are old",
                        one.likely().isEmpty() ? "not known" : some(one.likely())));
        table.print(out, "  ");
        more(plan.roots().size(), "rows");
    }

    private void unnamed() {
        if (plan.unnamed().logins() > 0) {
            line(String.format(
                    "%nPrograms of %,d users (%,d logins) name no host, so nothing can be said of them; %,d of these users"
                            + " never name one%s",
                    plan.unnamed().users(),
                    plan.unnamed().logins(),
                    plan.unnamed().only().size(),
                    plan.unnamed().only().isEmpty()
                            ? "."
                            : ": " + some(plan.unnamed().only())));
        }
    }

    private String some(List<String> words) {
        int shown = Math.min(words.size(), most);
        return String.join(", ", words.subList(0, shown))
                + (words.size() > shown ? " and " + (words.size() - shown) + " more" : "");
    }

    private void more(int count, String what) {
        if (count > most) {
            out.printf("  %,d %s more; --all shows them.%n", count - most, what);
        }
    }

    private void line(String text) {
        out.println(Printable.text(text));
    }
}
