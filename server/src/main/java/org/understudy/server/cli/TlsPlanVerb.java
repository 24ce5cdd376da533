package org.understudy.server.cli;

import java.util.function.Supplier;
import org.understudy.restore.cli.Frame;
import org.understudy.restore.cli.Invocation;
import org.understudy.restore.cli.Verb;
import org.understudy.server.coverage.Plan;
import org.understudy.server.coverage.Planner;
import org.understudy.storage.Reason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code understudy tls plan}. */
@Command(
        name = "plan",
        description = {
            "Say before a cut-over who will be warned of a certificate, under which name and with what program, and which"
                    + " names to add.",
            "Needs no server: give --ledger with what the old cluster logged. Exit code 3 if anybody will be warned, 17"
                    + " if the ledger has no logins, so that nothing can be said."
        },
        footer = {
            "",
            "Example: understudy tls plan /etc/understudy/tls --cut-over 2026-12-31",
            "         understudy tls plan new.pem --ledger old-cluster.csv --resellers resellers.txt --json"
        })
final class TlsPlanVerb extends Verb {
    private final Supplier<Session> session;

    @Mixin
    private CoverageOptions options = new CoverageOptions();

    @Option(names = "--all", description = "Print every row.")
    private boolean all;

    TlsPlanVerb(Frame frame, Supplier<Session> session) {
        super(frame);
        this.session = session;
    }

    @Override
    protected int run(Invocation invocation) {
        Plan plan = Planner.plan(options.inputs(session.get()));
        invocation.console().result(plan, out -> new PlanText(plan, all, out).print());
        if (!plan.calm()) {
            return Reason.UNSOUND.exitCode();
        }
        return plan.totals().users() == 0 ? Reason.UNPROVEN.exitCode() : 0;
    }
}
