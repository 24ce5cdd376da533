package org.understudy.benchmarks.workload;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.understudy.benchmarks.report.Kind;
import org.understudy.benchmarks.subject.Subject;
import org.understudy.benchmarks.wire.Reply;
import org.understudy.benchmarks.wire.Wire;

/** A client that is 100 changes behind, 90 of flags and 10 expunges, comes back to the big mailbox (RFC 7162). */
final class QresyncWorkload implements Workload {
    private static final int CHANGED = 90;
    private static final int EXPUNGED = 10;
    private static final int TIMES = 10;

    private final Fixture big;

    QresyncWorkload(Scale scale) {
        big = Workloads.big(scale);
    }

    @Override
    public String name() {
        return "qresync";
    }

    @Override
    public void prepare(Subject subject) throws IOException, InterruptedException {
        big.fill(subject);
        try (Wire wire = subject.login(big.user())) {
            wire.ok("ENABLE QRESYNC"); // some servers number changes from here on only
            wire.ok("SELECT INBOX");
        }
    }

    @Override
    public void measure(Meter meter, Subject subject, int repetition) throws IOException, InterruptedException {
        long validity;
        long behind;
        try (Wire wire = subject.login(big.user())) {
            Reply selected = wire.ok("SELECT INBOX (CONDSTORE)");
            validity = selected.uidValidity();
            behind = selected.highestModseq();
            if (behind < 0) {
                throw new IOException("no HIGHESTMODSEQ after SELECT (CONDSTORE)");
            }
            int first = 100 + repetition * EXPUNGED * 2;
            for (int i = 0; i < CHANGED; i++) {
                wire.ok("STORE " + (first + 500 + i * 20) + " +FLAGS.SILENT (round" + repetition + ")");
            }
            wire.ok("STORE " + first + ":" + (first + EXPUNGED - 1) + " +FLAGS.SILENT (\\Deleted)");
            Expect.exactly(wire.ok("EXPUNGE").expunges(), EXPUNGED, "EXPUNGE responses");
        }
        List<Wire> wires = new ArrayList<>();
        try {
            for (int i = 0; i < TIMES; i++) {
                Wire wire = subject.login(big.user());
                wires.add(wire);
                wire.ok("ENABLE QRESYNC");
            }
            meter.measure(
                    subject,
                    "SELECT (QRESYNC)",
                    Kind.LATENCY,
                    1,
                    tally -> Repeat.through(wires, wire -> {
                        long start = System.nanoTime();
                        Reply reply = wire.ok("SELECT INBOX (QRESYNC (" + validity + " " + behind + "))");
                        Expect.exactly(reply.fetches(), CHANGED, "FETCH responses");
                        Expect.atLeast(reply.vanished(), EXPUNGED, "vanished UIDs");
                        tally.add(0, System.nanoTime() - start);
                    }));
            meter.measure(
                    subject,
                    "FETCH (CHANGEDSINCE)",
                    Kind.LATENCY,
                    1,
                    tally -> Repeat.through(wires, wire -> {
                        long start = System.nanoTime();
                        Reply reply = wire.ok("UID FETCH 1:* (FLAGS) (CHANGEDSINCE " + behind + ")");
                        Expect.exactly(reply.fetches(), CHANGED, "FETCH responses");
                        tally.add(0, System.nanoTime() - start);
                    }));
        } finally {
            for (Wire wire : wires) {
                wire.close();
            }
        }
    }
}
