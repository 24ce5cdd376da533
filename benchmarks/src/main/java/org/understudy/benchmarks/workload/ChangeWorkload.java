package org.understudy.benchmarks.workload;

import java.io.IOException;
import org.understudy.benchmarks.report.Kind;
import org.understudy.benchmarks.subject.Durability;
import org.understudy.benchmarks.subject.Subject;
import org.understudy.benchmarks.wire.Reply;
import org.understudy.benchmarks.wire.Wire;

/**
 * STORE, COPY, MOVE and EXPUNGE of many messages at once; and STORE of one message at a time. Twice: with others as they
 * are by default, who acknowledge such changes before they are on disk, and with others who sync what they acknowledge.
 */
final class ChangeWorkload implements Workload {
    private static final int SINGLE = 200;

    private final Fixture medium;
    private final Durability durability;

    ChangeWorkload(Scale scale, Durability durability) {
        medium = Workloads.medium(scale);
        this.durability = durability;
    }

    @Override
    public String name() {
        return durability == Durability.SYNCED ? "change-synced" : "change";
    }

    @Override
    public void prepare(Subject subject) throws IOException, InterruptedException {
        medium.fill(subject);
    }

    @Override
    public void measure(Meter meter, Subject subject, int repetition) throws IOException, InterruptedException {
        int all = medium.messages();
        int half = all / 2;
        subject.need(durability);
        try (Wire wire = subject.login(medium.user())) {
            for (String copy : new String[] {"Copy", "Moved"}) {
                wire.until(wire.send("DELETE " + copy));
                wire.ok("CREATE " + copy);
            }
            wire.ok("SELECT INBOX");
            wire.ok("UID STORE 1:* -FLAGS.SILENT (\\Seen)");
            meter.measure(subject, "STORE one", Kind.LATENCY, 1, tally -> {
                for (int i = 1; i <= Math.min(SINGLE, half); i++) {
                    long start = System.nanoTime();
                    Expect.exactly(wire.ok("STORE " + i + " +FLAGS (\\Seen)").fetches(), 1, "FETCH responses");
                    tally.add(0, System.nanoTime() - start);
                }
            });
            wire.ok("UID STORE 1:* -FLAGS.SILENT (\\Seen)");
            rate(
                    meter,
                    subject,
                    "STORE",
                    all,
                    () -> Expect.exactly(
                            wire.ok("UID STORE 1:* +FLAGS (\\Seen)").fetches(), all, "FETCH responses"));
            rate(meter, subject, "COPY", all, () -> wire.ok("UID COPY 1:* Copy"));
            Expect.exactly(wire.ok("SELECT Copy").exists(), all, "copies");
            rate(meter, subject, "MOVE", half, () -> gone(wire.ok("MOVE 1:" + half + " Moved"), half));
            wire.ok("STORE 1:* +FLAGS.SILENT (\\Deleted)");
            rate(meter, subject, "EXPUNGE", all - half, () -> gone(wire.ok("EXPUNGE"), all - half));
            wire.ok("SELECT INBOX");
            wire.ok("DELETE Copy");
            wire.ok("DELETE Moved");
        }
        subject.need(Durability.USUAL);
    }

    private static void gone(Reply reply, int messages) throws IOException {
        Expect.exactly(reply.expunges() + reply.vanished(), messages, "messages gone");
    }

    private interface Command {
        void run() throws IOException;
    }

    private static void rate(Meter meter, Subject subject, String operation, int messages, Command command)
            throws IOException, InterruptedException {
        meter.measure(subject, operation, Kind.RATE, 1, tally -> {
            command.run();
            tally.addMany(messages, 0);
        });
    }
}
