package org.understudy.server.drill;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.understudy.restore.drill.DrillResult.ImapReading;
import org.understudy.restore.drill.MailProgramLeg;
import org.understudy.server.admin.ServerStatus;
import org.understudy.server.shadow.Shadows;

/** Reads the shadows of drills through the server's own IMAP listener. Up to 2,000 messages and 256 MB of each user. */
public final class DrillReader implements MailProgramLeg {
    private static final long MESSAGES = 2_000;
    private static final long BYTES = 256_000_000;
    private static final int BATCH = 50;
    private static final long BATCH_BYTES = 8_000_000;
    private static final int FAULTS = 50;

    private final Shadows shadows;
    private final List<ServerStatus.Listening> listeners;
    private final Predicate<X509Certificate> own;

    /**
     * @param listeners with one named {@code imaps} or {@code imap}
     * @param own whether a certificate is one that this server shows
     */
    public DrillReader(Shadows shadows, List<ServerStatus.Listening> listeners, Predicate<X509Certificate> own) {
        this.shadows = shadows;
        this.own = own;
        this.listeners = List.copyOf(listeners);
    }

    @Override
    public Report read(Path folder, String restore, String user, List<Mailbox> expected, RandomGenerator random)
            throws IOException, InterruptedException {
        ServerStatus.Listening listener = listener();
        InetSocketAddress address = new InetSocketAddress(local(listener.host()), listener.port());
        long begun = System.nanoTime();
        try (Shadows.Visit visit = shadows.visit(folder, restore);
                ImapConnection connection =
                        ImapConnection.open(address, listener.name().equals("imaps"), own)) {
            connection.login(visit.name() + "/" + restore + "/" + user, visit.password());
            Reading reading = new Reading(connection);
            reading.all(expected, chosen(expected, random));
            return new Report(
                    reading.result(Duration.ofNanos(System.nanoTime() - begun).toMillis()), reading.faults);
        }
    }

    private ServerStatus.Listening listener() throws IOException {
        for (String name : List.of("imaps", "imap")) {
            for (ServerStatus.Listening listener : listeners) {
                if (listener.name().equals(name)) {
                    return listener;
                }
            }
        }
        throw new IOException("this server listens neither for imaps nor for imap, so no mail program can read");
    }

    /** Where to reach a listener from this machine. */
    private static InetAddress local(String host) throws IOException {
        InetAddress address = InetAddress.getByName(host);
        return address.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : address;
    }

    /** The messages to read of each mailbox, all of them where they are not too many. */
    private static Map<String, SortedMap<Long, Message>> chosen(List<Mailbox> expected, RandomGenerator random) {
        record One(String mailbox, long uid, Message message) {}
        List<One> all = new ArrayList<>();
        expected.forEach(mailbox ->
                mailbox.messages().forEach((uid, message) -> all.add(new One(mailbox.name(), uid, message))));
        long bytes = all.stream().mapToLong(one -> one.message().size()).sum();
        if (all.size() > MESSAGES || bytes > BYTES) {
            Collections.shuffle(all, new Random(random.nextLong()));
        }
        Map<String, SortedMap<Long, Message>> chosen = new HashMap<>();
        long left = BYTES;
        long count = 0;
        for (One one : all) {
            boolean first = count == 0;
            if (count == MESSAGES || (one.message().size() > left && !first)) {
                continue;
            }
            count++;
            left -= one.message().size();
            chosen.computeIfAbsent(one.mailbox(), name -> new TreeMap<>()).put(one.uid(), one.message());
        }
        return chosen;
    }

    /** What is seen over one connection. */
    private static final class Reading {
        private final ImapConnection connection;
        private final List<String> faults = new ArrayList<>();
        private long mailboxes;
        private long messages;
        private long left;
        private long bytes;
        private long different;

        Reading(ImapConnection connection) {
            this.connection = connection;
        }

        void all(List<Mailbox> expected, Map<String, SortedMap<Long, Message>> chosen)
                throws IOException, InterruptedException {
            Map<String, String> listed = connection.list();
            for (Mailbox mailbox : expected) {
                String raw = listed.remove(mailbox.name());
                if (raw == null) {
                    different += Math.max(1, mailbox.messages().size());
                    fault("over IMAP, mailbox " + mailbox.name() + " is not listed");
                    continue;
                }
                SortedMap<Long, Message> own = chosen.getOrDefault(mailbox.name(), Collections.emptySortedMap());
                left += mailbox.messages().size() - own.size();
                one(mailbox, raw, own);
            }
            for (String more : listed.keySet()) {
                if (!more.equalsIgnoreCase("INBOX") || connection.examine(listed.get(more)) > 0) {
                    different++;
                    fault("over IMAP, there is a mailbox " + more + " that the restore does not have");
                }
            }
        }

        private void one(Mailbox mailbox, String raw, SortedMap<Long, Message> chosen)
                throws IOException, InterruptedException {
            mailboxes++;
            long exists = connection.examine(raw);
            if (exists != mailbox.messages().size()) {
                different += Math.abs(exists - mailbox.messages().size());
                fault("over IMAP, mailbox " + mailbox.name() + " has " + exists + " messages instead of "
                        + mailbox.messages().size());
            }
            List<Long> batch = new ArrayList<>();
            long batched = 0;
            for (Map.Entry<Long, Message> entry : chosen.entrySet()) {
                batch.add(entry.getKey());
                batched += entry.getValue().size();
                if (batch.size() == BATCH || batched >= BATCH_BYTES) {
                    fetch(mailbox.name(), batch, chosen);
                    batch.clear();
                    batched = 0;
                }
            }
            if (!batch.isEmpty()) {
                fetch(mailbox.name(), batch, chosen);
            }
        }

        private void fetch(String name, List<Long> uids, SortedMap<Long, Message> chosen)
                throws IOException, InterruptedException {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while a shadow was read over IMAP");
            }
            Map<Long, ImapConnection.Fetched> found = connection.fetch(uids);
            for (long uid : uids) {
                Message expected = chosen.get(uid);
                ImapConnection.Fetched fetched = found.get(uid);
                if (expected == null || fetched == null) {
                    differs(name, uid, "was not given");
                    continue;
                }
                messages++;
                bytes += fetched.octets();
                if (!fetched.digest().equals(expected.digest())) {
                    differs(name, uid, "has SHA-256 " + fetched.digest() + " instead of " + expected.digest());
                } else if (fetched.size() != expected.size() || fetched.octets() != expected.size()) {
                    differs(name, uid, "has RFC822.SIZE " + fetched.size() + " instead of " + expected.size());
                } else if (fetched.internalDate().getEpochSecond()
                        != expected.internalDate().getEpochSecond()) {
                    differs(
                            name,
                            uid,
                            "has INTERNALDATE " + fetched.internalDate() + " instead of " + expected.internalDate());
                }
            }
        }

        private void differs(String mailbox, long uid, String how) {
            different++;
            fault("over IMAP, mailbox " + mailbox + " UID " + uid + " " + how);
        }

        private void fault(String text) {
            if (faults.size() < FAULTS) {
                faults.add(text);
            }
        }

        ImapReading result(long millis) {
            return new ImapReading(true, mailboxes, messages, left, bytes, different, millis);
        }
    }
}
