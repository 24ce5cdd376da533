package org.understudy.restore.workflow;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.understudy.restore.job.OnDisk;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreJobs;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.report.ValidationReport;
import org.understudy.restore.report.VerdictCounts;
import org.understudy.restore.shadow.ReplayTotals;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** {@code restore.report}: what the last validation found, by user, mailbox and month. Takes no lock. */
public final class ShowReport implements Operation<ShowReport.Request, ShowReport.Result> {
    private static final int MOST = 1_000;

    /**
     * @param after skip so many of the rows and of the unsound
     * @param limit give so many of each, 1,000 at most; 0 for 100
     */
    public record Request(String id, long after, int limit) {
        public Request {
            id = Objects.requireNonNullElse(id, "");
            after = Math.max(0, after);
            limit = limit <= 0 ? 100 : Math.min(limit, MOST);
        }
    }

    /**
     * @param conclusion what it means for the decision
     * @param findings how often each check spoke
     * @param unsound suspect, damaged and unreadable ones, without their content
     * @param contaminated how many may hold another user's mail
     */
    public record Result(
            String id,
            Instant at,
            String source,
            ReplayTotals replay,
            VerdictCounts totals,
            String conclusion,
            Map<String, Long> findings,
            List<ValidationReport.Row> rows,
            long allRows,
            List<ValidateRestore.Unsound> unsound,
            long allUnsound,
            long contaminated) {}

    @Override
    public String name() {
        return "restore.report";
    }

    @Override
    public Role role() {
        return Role.VIEWER;
    }

    @Override
    public Class<Request> requestType() {
        return Request.class;
    }

    @Override
    public Class<Result> resultType() {
        return Result.class;
    }

    @Override
    public Result run(Request request, Workplace workplace, Progress progress) {
        RestoreJob job = RestoreJobs.one(workplace.restores(), request.id());
        String json = OnDisk.read(workplace.restores().resolve(job.id()).resolve("report.json"))
                .map(bytes -> new String(bytes, java.nio.charset.StandardCharsets.UTF_8))
                .orElseThrow(() -> new OperatorException(
                        Reason.CONFLICT,
                        "restore " + job.id() + " is " + job.state().word() + " and has no report yet",
                        "Run 'understudy restore validate " + job.id() + "' first."));
        ValidationReport report = RestoreJson.read(json, ValidationReport.class);
        return new Result(
                job.id(),
                report.at(),
                report.source(),
                report.replay(),
                report.totals(),
                report.conclusion(),
                report.findings(),
                report.rows().stream()
                        .skip(request.after())
                        .limit(request.limit())
                        .toList(),
                report.rows().size(),
                report.unsound().stream()
                        .skip(request.after())
                        .limit(request.limit())
                        .map(ValidateRestore.Unsound::of)
                        .toList(),
                report.unsound().size(),
                report.contaminated().size());
    }
}
