package org.understudy.restore.fsck;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.understudy.restore.incident.Concerned;
import org.understudy.restore.incident.IncidentHolds;
import org.understudy.restore.operation.Operation;
import org.understudy.restore.operation.Role;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.UidSet;
import org.understudy.storage.MailStore;
import org.understudy.storage.fsck.Fsck;
import org.understudy.storage.fsck.Watch;

/** {@code store.fsck}: cross-checks all rows of the live store, and its bodies on request. */
public final class CheckStore implements Operation<CheckStore.Request, CheckStore.Result> {
    private static final int LISTED = 10_000;

    /**
     * @param deep read every body too and compare its digest
     * @param rate octets a second at most; 0 for no limit of its own
     */
    public record Request(boolean deep, long rate) {
        /** As fast as the machine can while nobody uses the store. */
        public Request(boolean deep) {
            this(deep, 0);
        }
    }

    /**
     * @param messages in mailboxes
     * @param expunged rows of the expunge log
     * @param reclaimed of these, those whose bodies were reclaimed, so that only a snapshot has them
     * @param bodies 0 where they were not looked at
     * @param orphanBodies bodies that nothing names; harmless
     * @param findingCount how many things are wrong
     * @param findings the first 10,000 of them
     */
    public record Result(
            boolean deep,
            long mailboxes,
            long messages,
            long expunged,
            long reclaimed,
            long bodies,
            long orphanBodies,
            boolean sound,
            long findingCount,
            List<Fsck.Finding> findings,
            long millis) {
        public Result {
            findings = List.copyOf(findings);
        }
    }

    @Override
    public String name() {
        return "store.fsck";
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
        MailStore live = workplace.live();
        Fsck.Report report;
        try {
            report = live.fsck(
                    request.deep() ? Fsck.Depth.BODIES : Fsck.Depth.ROWS, FsckProgress.of(live, request, progress));
        } catch (Watch.StoppedException e) {
            Thread.interrupted();
            InterruptedException interrupted = new InterruptedException("stopped on request");
            interrupted.initCause(e);
            throw interrupted;
        }
        if (!report.sound()) {
            hold(report, workplace);
        }
        return new Result(
                request.deep(),
                report.mailboxes(),
                report.messages(),
                report.expunged(),
                report.reclaimed(),
                report.bodies(),
                report.orphanBodies(),
                report.sound(),
                report.findings().size(),
                report.findings().stream().limit(LISTED).toList(),
                workplace.clock().instant().toEpochMilli() - begun.toEpochMilli());
    }

    private static void hold(Fsck.Report report, Workplace workplace) {
        Map<List<String>, TreeSet<Long>> places = new LinkedHashMap<>();
        for (Fsck.Finding one : report.findings()) {
            TreeSet<Long> uids = places.computeIfAbsent(
                    List.of(one.user(), one.mailbox(), one.uid() == 0 ? one.what() : "see 'understudy fsck'"),
                    place -> new TreeSet<>());
            if (one.uid() != 0) {
                uids.add(one.uid());
            }
        }
        List<Concerned> concerned = new ArrayList<>();
        places.forEach((place, uids) -> {
            UidSet.Builder set = new UidSet.Builder();
            uids.forEach(set::add);
            concerned.add(new Concerned(
                    place.get(0), place.get(1), uids.size(), set.build().toString(), place.get(2)));
        });
        IncidentHolds.of(workplace)
                .raiseUnlessReleased(
                        "fsck",
                        "the live store is not sound; " + report.findings().size() + " findings, the first: "
                                + report.findings().getFirst(),
                        concerned);
    }
}
