package org.understudy.benchmarks.workload;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.understudy.benchmarks.report.Kind;
import org.understudy.benchmarks.subject.Subject;
import org.understudy.benchmarks.wire.Wire;

/**
 * SELECT of the big mailbox: in sessions that are logged in already, by turns, often enough that a server has come to its usual
 * speed; and once after a restart, when the server has come to rest, with an empty page cache.
 */
final class SelectWorkload implements Workload {
    private static final int SESSIONS = 100;
    private static final int ROUNDS = 30;
    private static final Duration REST = Duration.ofSeconds(3);
    private static final Path DROP_CACHES = Path.of("/proc/sys/vm/drop_caches");

    private final Fixture big;

    SelectWorkload(Scale scale) {
        big = Workloads.big(scale);
    }

    @Override
    public String name() {
        return "select";
    }

    @Override
    public void prepare(Subject subject) throws IOException, InterruptedException {
        big.fill(subject);
    }

    @Override
    public void measure(Meter meter, Subject subject, int repetition) throws IOException, InterruptedException {
        if (Files.isWritable(DROP_CACHES) && subject.processes().isPresent()) {
            dropCaches();
            if (subject.restart()) {
                Thread.sleep(REST);
                dropCaches();
                select(meter, subject, "cold", 1, 1);
            }
        }
        select(meter, subject, "warm", SESSIONS, ROUNDS);
    }

    private static void dropCaches() throws IOException, InterruptedException {
        new ProcessBuilder("sync").start().waitFor();
        Files.writeString(DROP_CACHES, "3");
    }

    private void select(Meter meter, Subject subject, String operation, int sessions, int rounds)
            throws IOException, InterruptedException {
        List<Wire> wires = new ArrayList<>();
        try {
            for (int i = 0; i < sessions; i++) {
                wires.add(subject.login(big.user()));
            }
            meter.measure(subject, operation, Kind.LATENCY, 1, tally -> {
                for (int round = 0; round < rounds; round++) {
                    for (Wire wire : wires) {
                        long start = System.nanoTime();
                        Expect.atLeast(wire.ok("SELECT INBOX").exists(), big.messages() * 9L / 10, "messages");
                        tally.add(0, System.nanoTime() - start);
                    }
                }
            });
        } finally {
            for (Wire wire : wires) {
                wire.close();
            }
        }
    }
}
