package org.understudy.benchmarks.workload;

import java.io.IOException;
import java.util.List;
import org.understudy.benchmarks.report.Kind;
import org.understudy.benchmarks.subject.Subject;
import org.understudy.benchmarks.wire.Reply;
import org.understudy.benchmarks.wire.Wire;

/** All bodies of a mailbox of mixed sizes in one FETCH, plain and over TLS. */
final class BodiesWorkload implements Workload {
    private final Fixture bodies;

    BodiesWorkload(Scale scale) {
        bodies = Workloads.bodies(scale);
    }

    @Override
    public String name() {
        return "bodies";
    }

    @Override
    public void prepare(Subject subject) throws IOException, InterruptedException {
        bodies.fill(subject);
    }

    @Override
    public void measure(Meter meter, Subject subject, int repetition) throws IOException, InterruptedException {
        long octets = bodies.mint().octets(bodies.messages());
        fetch(meter, subject, "plain", false, octets);
        if (subject.speaksTls()) {
            fetch(meter, subject, "TLS", true, octets);
        }
    }

    private void fetch(Meter meter, Subject subject, String operation, boolean tls, long octets)
            throws IOException, InterruptedException {
        try (Wire wire = Wire.login(subject.endpoint(tls), subject.user(bodies.user()), subject.password())) {
            wire.ok("SELECT INBOX");
            meter.measure(
                    subject,
                    operation,
                    Kind.THROUGHPUT,
                    1,
                    tally -> Repeat.through(List.of(wire), one -> {
                        Reply reply = one.ok("UID FETCH 1:* (BODY.PEEK[])");
                        Expect.exactly(reply.fetches(), bodies.messages(), "FETCH responses");
                        Expect.exactly(reply.literalOctets(), octets, "octets of bodies");
                        tally.addMany(bodies.messages(), octets);
                    }));
        }
    }
}
