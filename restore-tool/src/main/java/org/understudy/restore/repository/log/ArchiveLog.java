package org.understudy.restore.repository.log;

import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;

/** Operation {@code repo.archive}: carries the log of the live store into the repository, up to now. */
public final class ArchiveLog implements Operation<ArchiveLog.Request, ArchiveReport> {
    /** Asks for all. */
    public record Request() {}

    @Override
    public String name() {
        return "repo.archive";
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
    public Class<ArchiveReport> resultType() {
        return ArchiveReport.class;
    }

    @Override
    public ArchiveReport run(Request request, Workplace workplace, Progress progress) throws InterruptedException {
        progress.begin("carrying the log away", 0, "effects");
        ArchiveReport report = new LogArchiver(workplace).run();
        progress.advance(report.effects(), report.bytes());
        return report;
    }
}
