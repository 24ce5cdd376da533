package org.understudy.benchmarks.workload;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.understudy.benchmarks.report.Kind;
import org.understudy.benchmarks.subject.Durability;
import org.understudy.benchmarks.subject.Subject;
import org.understudy.benchmarks.wire.Mint;
import org.understudy.benchmarks.wire.Reply;
import org.understudy.benchmarks.wire.Wire;

/**
 * APPEND that is on disk when it is acknowledged: 4 KiB and mixed sizes, over 1, 8 and 64 connections. Each connection has
 * a user of its own and sends the next message when the last is acknowledged.
 */
final class AppendWorkload implements Workload {
    private static final String MAILBOX = "Appended";
    private static final int[] CONNECTIONS = {1, 8, 64};

    private final Scale scale;
    private final Mint fixed = new Mint(Mint.Size.FOUR_KIB, 11, 64);
    private final Mint mixed = new Mint(Mint.Size.MIXED, 12, 400);
    private final AtomicLong numbers = new AtomicLong();

    AppendWorkload(Scale scale) {
        this.scale = scale;
    }

    @Override
    public String name() {
        return "append";
    }

    @Override
    public void prepare(Subject subject) {}

    @Override
    public void measure(Meter meter, Subject subject, int repetition) throws IOException, InterruptedException {
        subject.need(Durability.SYNCED);
        for (int connections : CONNECTIONS) {
            run(meter, subject, "4 KiB, " + connections, Kind.RATE, connections, fixed);
        }
        for (int connections : CONNECTIONS) {
            run(meter, subject, "mixed, " + connections, Kind.THROUGHPUT, connections, mixed);
        }
        subject.need(Durability.USUAL);
    }

    private void run(Meter meter, Subject subject, String operation, Kind kind, int connections, Mint mint)
            throws IOException, InterruptedException {
        List<Wire> wires = new ArrayList<>();
        try {
            for (int i = 1; i <= connections; i++) {
                Wire wire = subject.login(i);
                wires.add(wire);
                wire.until(wire.send("DELETE " + MAILBOX));
                wire.ok("CREATE " + MAILBOX);
            }
            meter.measure(subject, operation, kind, connections, all -> {
                long end = System.nanoTime() + scale.span().toNanos();
                Crowd.run(connections, all, (index, tally) -> append(wires.get(index), mint, end, tally));
            });
            for (Wire wire : wires) {
                wire.ok("DELETE " + MAILBOX);
            }
        } finally {
            for (Wire wire : wires) {
                wire.close();
            }
        }
    }

    private void append(Wire wire, Mint mint, long end, Tally tally) throws IOException {
        byte[] buffer = new byte[mint.longest() + 128];
        while (System.nanoTime() < end) {
            long number = numbers.getAndIncrement();
            String tag = wire.nextTag();
            byte[] head = (tag + " APPEND " + MAILBOX + " {" + mint.length(number) + "+}\r\n")
                    .getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(head, 0, buffer, 0, head.length);
            int length = mint.copy(number, buffer, head.length);
            buffer[length++] = '\r';
            buffer[length++] = '\n';
            long start = System.nanoTime();
            wire.write(buffer, 0, length);
            Reply reply = wire.until(tag);
            if (!reply.tagged().startsWith("OK")) {
                throw new IOException("APPEND was answered " + reply.tagged());
            }
            tally.add(mint.length(number), System.nanoTime() - start);
        }
    }
}
