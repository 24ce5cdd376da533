package org.understudy.restore.workflow;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.understudy.restore.crowd.LocalUsers;
import org.understudy.restore.job.JobFolder;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.job.Steps;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.merge.LiveState;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.pages.ReportIndex;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.report.ShadowValidator;
import org.understudy.restore.report.ValidationReport;
import org.understudy.restore.report.VerdictCounts;
import org.understudy.restore.shadow.Courtesy;
import org.understudy.restore.shadow.ReplayTotals;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.restore.validate.Finding;
import org.understudy.storage.Accounts;

/**
 * {@code restore.validate}: reads the whole shadow again and reports the verdicts. Drops a plan that was made before.
 */
public final class ValidateRestore implements Operation<ValidateRestore.Request, ValidateRestore.Result> {
    /** Octets a second that are read again while users are at work. */
    public static final long BESIDE_USERS = 60_000_000;

    private static final int LISTED = 1_000;

    public record Request(String id) {
        public Request {
            id = Objects.requireNonNullElse(id, "");
        }
    }

    /**
     * @param conclusion one sentence
     * @param findings how often each check spoke
     * @param unsound the first 1,000; all are in the report
     * @param reportFile the whole report, JSON
     * @param contaminated how many messages may hold another user's mail
     * @param strays the first 1,000 of those, with what says so
     * @param takenFrom messages by the source that they were taken from, where there were several
     */
    public record Result(
            String id,
            RestoreState state,
            ReplayTotals replay,
            VerdictCounts totals,
            String conclusion,
            long reread,
            long rereadBytes,
            long rereadDifferent,
            List<ValidationReport.Row> rows,
            Map<String, Long> findings,
            List<Unsound> unsound,
            String reportFile,
            long millis,
            long contaminated,
            List<Unsound> strays,
            Map<String, Long> takenFrom) {
        public Result {
            takenFrom = Objects.requireNonNullElse(takenFrom, Map.of());
        }
    }

    /**
     * @param uid in the shadow, or 0 for an item that is not there
     * @param verdict its word, or {@code unreadable}
     * @param why one line for each finding that speaks against it
     */
    public record Unsound(String user, String mailbox, long uid, String path, String verdict, List<String> why) {
        /** One that may be another user's, with what says so. */
        public static Unsound stray(ValidationReport.Unsound one) {
            return new Unsound(
                    one.user(),
                    one.mailbox(),
                    one.uid(),
                    one.path(),
                    one.verdict() == null ? "unreadable" : one.verdict().word(),
                    one.findings().stream()
                            .map(finding ->
                                    finding.check() + ", " + finding.place().text() + ": " + finding.what())
                            .toList());
        }

        /** As a report has it. */
        public static Unsound of(ValidationReport.Unsound one) {
            return new Unsound(
                    one.user(),
                    one.mailbox(),
                    one.uid(),
                    one.path(),
                    one.verdict() == null ? "unreadable" : one.verdict().word(),
                    one.verdict() == null
                            ? List.of(one.why())
                            : one.findings().stream()
                                    .filter(finding -> finding.strength() == Finding.Strength.DOUBT
                                            || finding.strength() == Finding.Strength.CONTRADICTION)
                                    .map(finding -> finding.check() + ", "
                                            + finding.place().text() + ": " + finding.what())
                                    .toList());
        }
    }

    private final Steps steps;

    public ValidateRestore(Steps steps) {
        this.steps = steps;
    }

    @Override
    public String name() {
        return "restore.validate";
    }

    @Override
    public Role role() {
        return Role.ENGINEER;
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
    public Result run(Request request, Workplace workplace, Progress progress) throws InterruptedException {
        Instant begun = workplace.clock().instant();
        try (JobFolder folder = JobFolder.open(workplace.restores(), request.id(), steps)) {
            RestoreJob job = folder.job();
            job.require(
                    "restore validate",
                    EnumSet.of(
                            RestoreState.STAGED,
                            RestoreState.VALIDATED,
                            RestoreState.PLANNED,
                            RestoreState.APPROVED,
                            RestoreState.UNDONE));
            return Attempted.attempt(folder, workplace.clock(), () -> {
                ValidationReport report = validate(job, workplace, progress);
                ReportIndex.remove(folder.path());
                folder.write(ReportIndex.DOCUMENT, RestoreJson.write(report));
                ReportIndex.make(folder.path());
                steps.passed(Steps.Step.REPORT_WRITTEN);
                Instant now = workplace.clock().instant();
                folder.save(job.unplanned(RestoreState.VALIDATED, job.attempt(), now));
                folder.log(now, "validated: " + report.conclusion());
                return new Result(
                        job.id(),
                        RestoreState.VALIDATED,
                        report.replay(),
                        report.totals(),
                        report.conclusion(),
                        report.reread(),
                        report.rereadBytes(),
                        report.rereadDifferent(),
                        report.rows(),
                        report.findings(),
                        report.unsound().stream().limit(LISTED).map(Unsound::of).toList(),
                        folder.path().resolve("report.json").toString(),
                        now.toEpochMilli() - begun.toEpochMilli(),
                        report.contaminated().size(),
                        report.contaminated().stream()
                                .limit(LISTED)
                                .map(Unsound::stray)
                                .toList(),
                        report.takenFrom());
            });
        }
    }

    private ValidationReport validate(RestoreJob job, Workplace workplace, Progress progress)
            throws InterruptedException {
        Courtesy courtesy = new Courtesy(workplace.live()::calls, BESIDE_USERS);
        try (ShadowStore shadow = ShadowStore.openExisting(workplace.shadows(), job.id(), workplace.clock());
                ShadowValidator validator = new ShadowValidator(
                        shadow, new LiveState(workplace.live()), users(job, workplace), courtesy, steps, progress)) {
            return validator.validate(
                    job.id(),
                    job.source().kind() + " " + job.source().text(),
                    workplace.clock().instant());
        }
    }

    /** Whom addresses may mean: the users of live, and those of the source by the names that they had there. */
    private static LocalUsers users(RestoreJob job, Workplace workplace) {
        LocalUsers users = new LocalUsers(workplace.live().accounts().all().stream()
                .map(Accounts.Account::name)
                .toList());
        job.source().renames().forEach(users::alias);
        return users;
    }
}
