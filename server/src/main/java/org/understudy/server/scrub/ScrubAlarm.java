package org.understudy.server.scrub;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.incident.Concerned;
import org.understudy.restore.incident.IncidentHolds;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.repository.TableReach;
import org.understudy.server.scrub.ScrubState.Tally;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.OperatorException;
import org.understudy.storage.fsck.Fsck;
import org.understudy.storage.fsck.Scrub;
import org.understudy.storage.fsck.Watch;

/** Takes what a scrub finds wrong: says it in the log, and sets the incident hold once for each table or mailbox. */
final class ScrubAlarm {
    /** What a hold names as its author. */
    static final String BY = "scrub";

    private static final Logger LOG = LoggerFactory.getLogger(ScrubAlarm.class);

    private final Workplace workplace;
    private final List<ScrubStatus.Finding> findings = new ArrayList<>();
    private long found;

    ScrubAlarm(Workplace workplace) {
        this.workplace = workplace;
    }

    /** To be called as the scrub meets it. */
    void met(Scrub.Fault fault) {
        Fsck.Finding one = fault.finding();
        ScrubStatus.Finding finding = new ScrubStatus.Finding(
                one.user(),
                one.mailbox(),
                one.uid() == 0 ? "" : Long.toString(one.uid()),
                String.join(", ", fault.files()),
                one.what());
        found++;
        if (found <= Tally.LISTED) {
            findings.add(finding);
            LOG.warn("Scrub: {}", finding.text());
        } else if (found == Tally.LISTED + 1) {
            LOG.warn("Scrub: there is more wrong here; 'understudy fsck --deep' lists all of it");
        }
    }

    /** A table is not as it was written: finds out whose mail that concerns, which may take a while, and sets the hold. */
    void reach(String table) throws InterruptedException {
        List<Concerned> concerned = List.of();
        try {
            concerned = TableReach.of(workplace, table);
        } catch (IOException | OperatorException | CorruptionException e) {
            LOG.warn("Scrub: whose mail table {} concerns cannot be told: {}", table, e.getMessage());
        } finally {
            for (Concerned one : concerned) {
                ScrubStatus.Finding finding =
                        new ScrubStatus.Finding(one.user(), one.mailbox(), one.uids(), table, one.what());
                if (findings.size() < Tally.LISTED) {
                    findings.add(finding);
                    LOG.warn("Scrub: {}", finding.text());
                }
            }
            hold(concerned);
        }
    }

    /** Sets the incident hold for what was met since the last call of {@link #take}, if anything was. */
    void hold() {
        hold(findings.stream()
                .map(one ->
                        new Concerned(one.user(), one.mailbox(), one.uids().isEmpty() ? 0 : 1, one.uids(), one.what()))
                .toList());
    }

    private void hold(List<Concerned> concerned) {
        if (found == 0) {
            return;
        }
        IncidentHolds.of(workplace)
                .raiseUnlessReleased(
                        BY,
                        "the live store is not sound: "
                                + (findings.isEmpty() ? "" : findings.getFirst().text())
                                + (found > 1 ? " (and " + (found - 1) + " more there)" : ""),
                        concerned);
    }

    /** What was met since the last call. */
    Tally take() {
        Tally tally = new Tally(0, 0, 0, 0, 0, 0, 0, 0, found, findings);
        found = 0;
        findings.clear();
        return tally;
    }

    /** Ends a scrub from within a callback that cannot throw what it should. */
    static Watch.StoppedException stopped(InterruptedException e) {
        Watch.StoppedException stopped = new Watch.StoppedException();
        stopped.initCause(e);
        return stopped;
    }
}
