package org.understudy.benchmarks.workload;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import org.understudy.benchmarks.subject.Durability;
import org.understudy.benchmarks.subject.Subject;
import org.understudy.benchmarks.wire.Endpoint;
import org.understudy.benchmarks.wire.Mint;
import org.understudy.benchmarks.wire.Reply;
import org.understudy.benchmarks.wire.Wire;

/** A mailbox filled with the same messages in every server. What is there already is kept. */
record Fixture(int user, String mailbox, Mint mint, int messages) {
    private static final int TOGETHER = 50;
    private static final int IN_FLIGHT = 24;
    private static final int CONNECTIONS = 4;

    void fill(Subject subject) throws IOException, InterruptedException {
        subject.need(Durability.FILLING);
        long there;
        boolean multi;
        try (Wire wire = subject.login(user)) {
            String capabilities = wire.capabilities();
            multi = capabilities.contains(" MULTIAPPEND ");
            if (!capabilities.contains(" LITERAL+ ")) {
                throw new IOException(subject.name() + " does not announce LITERAL+, which filling needs");
            }
            if (!mailbox.equals("INBOX")) {
                wire.until(wire.send("CREATE " + mailbox));
            }
            there = wire.ok("SELECT " + mailbox).exists();
        }
        if (there < messages) {
            System.err.printf("%-15s filling %s with %,d messages%n", subject.name(), mailbox, messages - there);
            AtomicLong next = new AtomicLong(there);
            Endpoint endpoint = subject.endpoint(false);
            String name = subject.user(user);
            Crowd.run(multi ? 1 : CONNECTIONS, new Tally(), (index, tally) -> {
                try (Wire wire = Wire.login(endpoint, name, subject.password())) {
                    if (multi) {
                        together(wire, next);
                    } else {
                        pipelined(wire, next);
                    }
                }
            });
            try (Wire wire = subject.login(user)) {
                long now = wire.ok("SELECT " + mailbox).exists();
                if (now != messages) {
                    throw new IOException(subject.name() + " has " + now + " messages in " + mailbox + " after "
                            + messages + " appends");
                }
            }
        }
        subject.need(Durability.USUAL);
    }

    private void together(Wire wire, AtomicLong next) throws IOException {
        byte[] buffer = new byte[mint.longest() + 256];
        while (next.get() < messages) {
            String tag = wire.nextTag();
            byte[] head = (tag + " APPEND " + mailbox).getBytes(StandardCharsets.US_ASCII);
            wire.write(head, 0, head.length);
            for (int i = 0; i < TOGETHER && next.get() < messages; i++) {
                one(wire, next.getAndIncrement(), buffer, " ");
            }
            wire.write(new byte[] {'\r', '\n'}, 0, 2);
            appended(wire, tag);
        }
    }

    private void pipelined(Wire wire, AtomicLong next) throws IOException {
        byte[] buffer = new byte[mint.longest() + 256];
        Deque<String> waiting = new ArrayDeque<>();
        for (long number = next.getAndIncrement(); number < messages; number = next.getAndIncrement()) {
            String tag = wire.nextTag();
            one(wire, number, buffer, tag + " APPEND " + mailbox + " ");
            wire.write(new byte[] {'\r', '\n'}, 0, 2);
            waiting.add(tag);
            if (waiting.size() == IN_FLIGHT) {
                appended(wire, waiting.remove());
            }
        }
        while (!waiting.isEmpty()) {
            appended(wire, waiting.remove());
        }
    }

    private void one(Wire wire, long number, byte[] buffer, String before) throws IOException {
        byte[] head = (before + "\"" + Mint.internalDate(number) + "\" {" + mint.length(number) + "+}\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(head, 0, buffer, 0, head.length);
        int end = mint.copy(number, buffer, head.length);
        wire.write(buffer, 0, end);
    }

    private static void appended(Wire wire, String tag) throws IOException {
        Reply reply = wire.until(tag);
        if (!reply.tagged().startsWith("OK")) {
            throw new IOException("APPEND was answered " + reply.tagged());
        }
    }
}
