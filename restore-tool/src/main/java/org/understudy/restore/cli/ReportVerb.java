package org.understudy.restore.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreJobs;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.report.ValidationReport;
import org.understudy.restore.report.page.ValidationPage;
import org.understudy.restore.workflow.ValidateRestore.Unsound;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code understudy restore report}: the whole report that validation left in the restore's folder. */
@Command(
        name = "report",
        description = {
            "Show the whole report of the last validation: verdicts by mailbox and month, and every message that is"
                    + " not sound.",
            "Exit code 3 if messages are suspect, damaged or unreadable."
        },
        footer = {"", "Example: understudy restore report latest --html report.html"})
final class ReportVerb extends Verb {
    @Parameters(paramLabel = "ID", description = RestoreVerbs.ID)
    private String id;

    @Option(names = "--json-file", paramLabel = "FILE", description = "Write the report there as JSON too.")
    @Nullable
    private Path jsonFile;

    @Option(names = "--html", paramLabel = "FILE", description = "Write the report there as a page for a browser too.")
    @Nullable
    private Path htmlFile;

    ReportVerb(Frame frame) {
        super(frame);
    }

    @Override
    protected int run(Invocation invocation) throws IOException {
        Path restores = RestoreName.folder(invocation);
        RestoreJob job = RestoreJobs.one(restores, RestoreName.resolve(invocation, id));
        Path file = restores.resolve(job.id()).resolve("report.json");
        String json = read(file, job);
        ValidationReport report = parse(file, json, job);
        if (jsonFile != null) {
            Path copy = invocation.absolute(jsonFile);
            Files.writeString(copy, json);
            invocation.console().note("The report was written to " + copy);
        }
        if (htmlFile != null) {
            Path page = invocation.absolute(htmlFile);
            ValidationPage.write(report, page);
            invocation.console().note("The page was written to " + page);
        }
        invocation.console().result(RestoreJson.mapper().readTree(json), out -> print(job, report, out));
        return ValidateVerb.exitCode(report.totals(), report.contaminated().size());
    }

    private static String read(Path file, RestoreJob job) throws IOException {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "restore " + job.id() + " is " + job.state().word() + " and has no report yet",
                    "Run 'understudy restore validate " + job.id() + "' first.",
                    e);
        }
    }

    private static ValidationReport parse(Path file, String json, RestoreJob job) {
        try {
            return RestoreJson.read(json, ValidationReport.class);
        } catch (IllegalArgumentException e) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    file + ": " + e.getMessage(),
                    "The file was changed or damaged; 'understudy restore validate " + job.id() + "' writes it anew.",
                    e);
        }
    }

    private static void print(RestoreJob job, ValidationReport report, PrintStream out) {
        out.print("Report of restore " + report.restoreId() + ", validated " + Figures.minute(report.at()) + " UTC\n");
        out.print("  source  " + Printable.line(report.source()) + "\n");
        out.print("  items   " + Printable.line(report.replay().text()) + "\n");
        out.print("\nBy mailbox:\n");
        VerdictText text = new VerdictText(out);
        text.byMailbox(report.rows(), report.totals());
        out.print("\nBy month of arrival (UTC):\n");
        text.byMonth(report.rows(), report.totals());
        out.print("\nWhat the checks said:\n");
        text.findings(report.findings());
        out.print("\n");
        List<Unsound> unsound = report.unsound().stream().map(Unsound::of).toList();
        text.unsound(unsound, unsound.size(), unsound.size(), "");
        List<Unsound> strays =
                report.contaminated().stream().map(Unsound::stray).toList();
        text.strays(strays, strays.size(), strays.size(), "");
        out.print(Printable.line(report.conclusion()) + "\n");
        NextStep.print(out, job.id(), job.state(), job.planHash());
    }
}
