package org.understudy.benchmarks.workload;

import java.io.IOException;
import java.util.List;
import org.understudy.benchmarks.report.Kind;
import org.understudy.benchmarks.subject.Subject;
import org.understudy.benchmarks.wire.Reply;
import org.understudy.benchmarks.wire.Wire;

/** UID FETCH 1:* of metadata of the big mailbox, and the same the first time ever. */
final class FetchWorkload implements Workload {
    private final Fixture big;

    FetchWorkload(Scale scale) {
        big = Workloads.big(scale);
    }

    @Override
    public String name() {
        return "fetch";
    }

    @Override
    public void prepare(Subject subject) throws IOException, InterruptedException {
        big.fill(subject);
    }

    @Override
    public void measure(Meter meter, Subject subject, int repetition) throws IOException, InterruptedException {
        try (Wire wire = subject.login(big.user())) {
            long messages = wire.ok("SELECT INBOX").exists();
            String envelope = repetition == 0 ? "envelope, first time" : "envelope";
            fetch(meter, subject, wire, envelope, "(ENVELOPE INTERNALDATE RFC822.SIZE)", messages);
            if (repetition == 0) {
                fetch(meter, subject, wire, "envelope", "(ENVELOPE INTERNALDATE RFC822.SIZE)", messages);
            }
            fetch(meter, subject, wire, "flags", "(FLAGS)", messages);
        }
    }

    private static void fetch(Meter meter, Subject subject, Wire wire, String operation, String items, long messages)
            throws IOException, InterruptedException {
        meter.measure(subject, operation, Kind.RATE, 1, tally -> {
            Repeat.Turn turn = one -> {
                Reply reply = one.ok("UID FETCH 1:* " + items);
                Expect.exactly(reply.fetches(), messages, "FETCH responses");
                tally.addMany(messages, 0);
            };
            if (operation.endsWith("first time")) {
                turn.run(wire);
            } else {
                Repeat.through(List.of(wire), turn);
            }
        });
    }
}
