package org.understudy.benchmarks.workload;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.understudy.benchmarks.report.Kind;
import org.understudy.benchmarks.subject.ProcessTree;
import org.understudy.benchmarks.subject.Subject;
import org.understudy.benchmarks.wire.Mint;
import org.understudy.benchmarks.wire.Wire;

/**
 * Many sessions in IDLE: what memory each takes (proportional set size of all processes), at once and when the server has
 * settled; and how long it is from sending an APPEND until one of them reads EXISTS.
 */
final class IdleWorkload implements Workload {
    private static final int PROBES = 20;
    private static final int WAITING_BUFFER = 256;
    private static final int OPENERS = 16;
    private static final int PATIENCE_SECONDS = 30;
    private static final int REST_MILLIS = 3_000;

    private final Scale scale;
    private final Mint mint = new Mint(Mint.Size.SMALL, 21, 16);

    IdleWorkload(Scale scale) {
        this.scale = scale;
    }

    @Override
    public String name() {
        return "idle";
    }

    @Override
    public void prepare(Subject subject) {}

    @Override
    public void measure(Meter meter, Subject subject, int repetition) throws IOException, InterruptedException {
        subject.restart();
        int sessions = repetition == 0 ? Math.min(200, scale.idle()) : scale.idle();
        Wire[] idling = new Wire[sessions];
        try {
            for (int i = 1; i <= 20; i++) { // so that the memory of the first sessions is not charged to all
                try (Wire wire = subject.login(i)) {
                    wire.ok("SELECT INBOX");
                }
            }
            Optional<ProcessTree> processes = subject.processes();
            long before = processes.map(tree -> tree.memory().pssBytes()).orElse(0L);
            meter.measure(subject, "open " + scale.idle(), Kind.RATE, OPENERS, all -> {
                Crowd.run(OPENERS, all, (index, tally) -> {
                    for (int i = index; i < sessions; i += OPENERS) {
                        long start = System.nanoTime();
                        Wire wire = Wire.connect(subject.endpoint(false), 4096);
                        idling[i] = wire;
                        wire.login(subject.user(1 + i % Subject.CROWD), subject.password());
                        wire.ok("SELECT INBOX");
                        wire.send("IDLE");
                        wire.continuation();
                        wire.shrink(WAITING_BUFFER);
                        tally.add(0, System.nanoTime() - start);
                    }
                });
            });
            if (processes.isPresent()) {
                memory(meter, subject, "memory at once, " + scale.idle(), processes.get(), before, sessions);
            }
            if (processes.isPresent()) {
                Thread.sleep(subject.idleSettling());
                memory(meter, subject, "memory settled, " + scale.idle(), processes.get(), before, sessions);
                atRest(subject, processes.get());
            }
            // Not earlier: Dovecot forgets a change that comes at the very moment in which it puts a session to sleep.
            latency(meter, subject, idling);
        } finally {
            for (Wire wire : idling) {
                if (wire != null) {
                    wire.close();
                }
            }
        }
    }

    private static void memory(
            Meter meter, Subject subject, String operation, ProcessTree tree, long before, int sessions)
            throws IOException {
        ProcessTree.Memory now = tree.memory();
        Map<String, Double> details = new LinkedHashMap<>();
        details.put("processes", (double) now.processes());
        details.put("pss_mb", now.pssBytes() / 1e6);
        details.put("pss_mb_before", before / 1e6);
        meter.tell(
                subject,
                operation,
                Kind.MEMORY,
                Math.max(0.01, (now.pssBytes() - before) / 1024.0 / sessions),
                details);
    }

    private static void atRest(Subject subject, ProcessTree tree) throws IOException, InterruptedException {
        double cpu = tree.cpuSeconds();
        Thread.sleep(REST_MILLIS);
        double share = (tree.cpuSeconds() - cpu) / (REST_MILLIS / 1e3);
        System.err.printf("%-15s CPU while all idle: %.2f %% of a core%n", subject.name(), 100 * share);
    }

    private void latency(Meter meter, Subject subject, Wire[] idling) throws IOException, InterruptedException {
        List<Wire> senders = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            int[] chosen = new int[PROBES];
            for (int i = 0; i < PROBES; i++) {
                chosen[i] = (int) ((i * 7_919L + 17) % Math.min(idling.length, Subject.CROWD));
                senders.add(subject.login(1 + chosen[i]));
            }
            meter.measure(subject, "append to EXISTS", Kind.LATENCY, 1, tally -> {
                int lost = 0;
                for (int i = 0; i < PROBES; i++) {
                    Wire waiting = idling[chosen[i]];
                    Future<Long> seen = threads.submit(() -> {
                        waiting.awaitExists();
                        return System.nanoTime();
                    });
                    Wire sender = senders.get(i);
                    byte[] message = mint.message(i);
                    long start = System.nanoTime();
                    String tag = sender.send("APPEND INBOX {" + message.length + "+}");
                    sender.write(message, 0, message.length);
                    sender.write(new byte[] {'\r', '\n'}, 0, 2);
                    if (!sender.until(tag).tagged().startsWith("OK")) {
                        throw new IOException("APPEND was refused");
                    }
                    try {
                        tally.add(0, seen.get(PATIENCE_SECONDS, TimeUnit.SECONDS) - start);
                    } catch (TimeoutException e) {
                        waiting.close();
                        lost++;
                        System.err.println(subject.name() + ": no EXISTS within " + PATIENCE_SECONDS + " s");
                    } catch (ExecutionException e) {
                        throw new IOException(e.getCause());
                    }
                }
                if (lost > PROBES / 4) {
                    throw new IOException(lost + " of " + PROBES + " messages were never told to an idle session");
                }
            });
        } finally {
            for (Wire wire : senders) {
                wire.close();
            }
        }
    }
}
