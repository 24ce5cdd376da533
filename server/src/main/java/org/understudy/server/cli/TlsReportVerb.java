package org.understudy.server.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.cli.Frame;
import org.understudy.restore.cli.Invocation;
import org.understudy.restore.cli.Table;
import org.understudy.restore.cli.Verb;
import org.understudy.server.coverage.Notice;
import org.understudy.server.coverage.Plan;
import org.understudy.server.coverage.Planner;
import org.understudy.server.coverage.ReportFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code understudy tls report}. */
@Command(
        name = "report",
        description = {
            "Write for each reseller which of its users will be warned: a page, a table (CSV) and a letter.",
            "Each has the reseller's own users and nobody else's; index.html is for the operator."
        },
        footer = {
            "",
            "Example: understudy tls report --out report --resellers resellers.txt --cut-over 2026-12-31 new-certificates"
        })
final class TlsReportVerb extends Verb {
    private final Supplier<Session> session;

    @Mixin
    private CoverageOptions options = new CoverageOptions();

    @Option(names = "--out", paramLabel = "DIR", required = true, description = "Folder to write to; made if missing.")
    private Path folder = Path.of("");

    @Option(
            names = "--notice",
            paramLabel = "FILE",
            description =
                    "The letter, with the gaps {reseller}, {domains}, {names}, {users} and {cut-over}. Default: one that"
                            + " comes along.")
    @Nullable
    private Path notice;

    TlsReportVerb(Frame frame, Supplier<Session> session) {
        super(frame);
        this.session = session;
    }

    /** What {@code --json} prints. */
    record Written(Path folder, long users, List<ReportFolder.Part> parts) {}

    @Override
    protected int run(Invocation invocation) {
        Notice letter = notice == null ? Notice.standard() : Notice.read(invocation.absolute(notice));
        Plan plan = Planner.plan(options.inputs(session.get()));
        Path target = invocation.absolute(folder);
        List<ReportFolder.Part> parts = ReportFolder.write(plan, letter, target);
        invocation.console().result(new Written(target, plan.totals().warned(), parts), out -> {
            if (parts.isEmpty()) {
                out.println("Nobody will be warned; " + target.resolve("index.html") + " says so.");
                return;
            }
            Table table = new Table("reseller or domain", "users", "names", "files");
            parts.forEach(
                    part -> table.row(part.reseller(), part.users(), part.names(), part.file() + ".html, .csv, .txt"));
            table.print(out, "");
            out.println("Written to " + target + "; index.html is for you.");
        });
        return 0;
    }
}
