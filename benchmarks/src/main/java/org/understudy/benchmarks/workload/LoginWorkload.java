package org.understudy.benchmarks.workload;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.understudy.benchmarks.report.Kind;
import org.understudy.benchmarks.subject.Subject;
import org.understudy.benchmarks.wire.Endpoint;
import org.understudy.benchmarks.wire.Wire;

/** Connect, LOGIN, SELECT INBOX, LOGOUT, 32 at once, plain and over TLS (a full handshake each time). */
final class LoginWorkload implements Workload {
    private static final int CONNECTIONS = 32;
    private static final int USERS = 200;

    private final Scale scale;
    private final AtomicInteger next = new AtomicInteger();

    LoginWorkload(Scale scale) {
        this.scale = scale;
    }

    @Override
    public String name() {
        return "login";
    }

    @Override
    public void prepare(Subject subject) {}

    @Override
    public void measure(Meter meter, Subject subject, int repetition) throws IOException, InterruptedException {
        run(meter, subject, "plain", subject.endpoint(false));
        if (subject.speaksTls()) {
            run(meter, subject, "TLS", subject.endpoint(true));
        }
    }

    private void run(Meter meter, Subject subject, String operation, Endpoint endpoint)
            throws IOException, InterruptedException {
        meter.measure(subject, operation, Kind.RATE, CONNECTIONS, all -> {
            long end = System.nanoTime() + scale.span().toNanos();
            Crowd.run(CONNECTIONS, all, (index, tally) -> {
                while (System.nanoTime() < end) {
                    String user = subject.user(1 + next.getAndIncrement() % USERS);
                    long start = System.nanoTime();
                    try (Wire wire = Wire.connect(endpoint, 2048)) {
                        wire.login(user, subject.password());
                        wire.ok("SELECT INBOX");
                        wire.logout();
                    }
                    tally.add(0, System.nanoTime() - start);
                }
            });
        });
    }
}
