package org.understudy.restore.source.imap;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Fetches what the spool lacks of one mailbox. Used again after a lost connection: a message at which the connection was
 * lost is then asked for alone, and given up at the third time.
 */
final class MailboxFetch {
    private static final int BATCH = 200;
    private static final long BATCH_OCTETS = 16L << 20;
    private static final int MOST_LOSSES = 3;

    /** Is told what was fetched. */
    interface Meter {
        void fetched(long octets) throws InterruptedException;
    }

    private final Spool spool;
    private final SpoolBox box;
    private final Meter meter;
    private final Map<Long, Integer> losses = new HashMap<>();
    private List<Long> asked = List.of();
    private boolean alone;

    MailboxFetch(Spool spool, SpoolBox box, Meter meter) {
        this.spool = spool;
        this.box = box;
        this.meter = meter;
    }

    /**
     * @throws ImapException.Refused if the server does not open the mailbox
     * @throws IOException if the connection is lost
     */
    void run(ImapConnection connection) throws IOException, InterruptedException {
        long[] exists = new long[1];
        long[] uidValidity = new long[1];
        connection.command(
                (wire, number, word) -> {
                    if (word.equals("EXISTS")) {
                        exists[0] = number;
                    } else if (word.equals("UIDVALIDITY")) {
                        uidValidity[0] = Math.max(0, parsed(wire.atom()));
                    }
                },
                "EXAMINE ",
                new ImapConnection.Argument(box.name));
        NavigableMap<Long, MessageAnswer> listed = listed(connection, exists[0]);
        long unlisted = Math.max(0, exists[0] - listed.size());
        boolean known =
                box.current.uidValidity() == uidValidity[0] && box.unlisted == unlisted && box.failure.isEmpty();
        if (!known || box.current.entries().isEmpty()) {
            spool.add(about("open")
                    .put("uidValidity", uidValidity[0])
                    .put("exists", exists[0])
                    .put("unlisted", unlisted));
        }
        changes(listed);
        bodies(connection, listed);
        spool.sync();
    }

    private static long parsed(String digits) {
        return digits.matches("\\d{1,10}") ? Long.parseLong(digits) : -1;
    }

    /** UIDs and what else is asked of each, by UID; from SEARCH too, where FETCH leaves some out. */
    private NavigableMap<Long, MessageAnswer> listed(ImapConnection connection, long exists) throws IOException {
        NavigableMap<Long, MessageAnswer> listed = new TreeMap<>();
        if (exists == 0) {
            return listed;
        }
        String items = connection.has("X-GM-EXT-1") ? "UID FLAGS RFC822.SIZE X-GM-MSGID" : "UID FLAGS RFC822.SIZE";
        try {
            connection.command(
                    (wire, number, word) -> {
                        if (word.equals("FETCH")) {
                            MessageAnswer answer = MessageAnswer.read(wire, null);
                            if (answer.uid > 0) {
                                listed.put(answer.uid, answer);
                            }
                        }
                    },
                    "UID FETCH 1:* (" + items + ")");
        } catch (ImapException.Refused e) {
            spool.add(about("said").put("words", "UID FETCH 1:*: " + e.getMessage()));
        }
        if (listed.size() < exists) {
            connection.command(
                    (wire, number, word) -> {
                        if (word.equals("SEARCH")) {
                            for (String uid : wire.rest().strip().split(" +")) {
                                if (parsed(uid) > 0) {
                                    listed.computeIfAbsent(parsed(uid), MailboxFetch::unknown);
                                }
                            }
                        }
                    },
                    "UID SEARCH ALL");
        }
        return listed;
    }

    private static MessageAnswer unknown(long uid) {
        MessageAnswer answer = new MessageAnswer();
        answer.uid = uid;
        return answer;
    }

    /** What has changed of messages that the spool has. */
    private void changes(NavigableMap<Long, MessageAnswer> listed) {
        for (Map.Entry<Long, SpoolEntry> entry : new TreeMap<>(box.current.entries()).entrySet()) {
            MessageAnswer answer = listed.get(entry.getKey());
            if (answer == null) {
                if (!entry.getValue().gone()) {
                    spool.add(about("gone").put("uid", entry.getKey()));
                }
            } else if (answer.hasFlags && !answer.flags.equals(entry.getValue().flags())) {
                ObjectNode record = about("flags").put("uid", entry.getKey());
                flags(record, answer.flags);
                spool.add(record);
            }
        }
    }

    private void bodies(ImapConnection connection, NavigableMap<Long, MessageAnswer> listed)
            throws IOException, InterruptedException {
        Deque<MessageAnswer> pending = new ArrayDeque<>();
        for (MessageAnswer answer : listed.values()) {
            SpoolEntry has = box.current.entries().get(answer.uid);
            if (has == null || (has.body() == null && !losses.containsKey(answer.uid))) {
                SpoolEntry.Body there = spool.state().body(answer.gmail);
                if (there == null) {
                    pending.add(answer);
                } else {
                    pending.addFirst(answer); // only its metadata are asked for
                }
            }
        }
        while (!pending.isEmpty()) {
            MessageAnswer first = pending.getFirst();
            if (losses.getOrDefault(first.uid, 0) >= MOST_LOSSES) {
                pending.removeFirst();
                refused(
                        first,
                        "the connection was lost each time that this message was asked for: " + lossWords(connection));
                continue;
            }
            Map<Long, MessageAnswer> batch = new TreeMap<>();
            long octets = 0;
            boolean bodies = spool.state().body(first.gmail) == null;
            do {
                MessageAnswer next = pending.removeFirst();
                batch.put(next.uid, next);
                octets += Math.max(0, next.size);
            } while (!alone
                    && !pending.isEmpty()
                    && batch.size() < BATCH
                    && octets < BATCH_OCTETS
                    && (spool.state().body(pending.getFirst().gmail) == null) == bodies);
            batch(connection, batch, bodies);
            alone = false;
        }
    }

    private static String lossWords(ImapConnection connection) {
        return connection.lastWords().isEmpty() ? "no words" : connection.lastWords();
    }

    private void batch(ImapConnection connection, Map<Long, MessageAnswer> batch, boolean bodies)
            throws IOException, InterruptedException {
        asked = new ArrayList<>(batch.keySet());
        Map<Long, MessageAnswer> open = new TreeMap<>(batch);
        try {
            fetch(connection, open, bodies ? "BODY.PEEK[]" : "");
        } catch (ImapException.Refused e) {
            refused(connection, open, String.valueOf(e.getMessage()));
        }
        if (!open.isEmpty()) {
            missing(connection, open);
        }
        asked = List.of();
    }

    /** Asks for messages; those that come are taken out of {@code open}. */
    private void fetch(ImapConnection connection, Map<Long, MessageAnswer> open, String what)
            throws IOException, InterruptedException {
        InterruptedException[] interrupted = new InterruptedException[1];
        try {
            connection.command(
                    (wire, number, word) -> {
                        if (word.equals("FETCH")) {
                            try {
                                taken(MessageAnswer.read(wire, spool), open);
                            } catch (InterruptedException e) {
                                interrupted[0] = e;
                                throw new IOException("interrupted", e);
                            } finally {
                                spool.dropBody();
                            }
                        }
                    },
                    "UID FETCH " + set(open.keySet()) + " (UID FLAGS INTERNALDATE RFC822.SIZE"
                            + (what.isEmpty() ? "" : " " + what) + ")");
        } catch (IOException e) {
            if (interrupted[0] != null) {
                throw interrupted[0];
            }
            throw e;
        }
    }

    private void taken(MessageAnswer answer, Map<Long, MessageAnswer> open) throws InterruptedException {
        if (answer.uid == 0 && open.size() == 1 && (answer.body != null || answer.nil)) {
            answer.uid = open.keySet().iterator().next(); // some servers do not say which it is
        }
        MessageAnswer wanted = open.get(answer.uid);
        if (wanted == null) {
            return;
        }
        SpoolEntry.Body body = answer.body != null ? answer.body : spool.state().body(wanted.gmail);
        if (body == null || (body.length() == 0 && Math.max(wanted.size, answer.size) != 0)) {
            wanted.nil = wanted.nil || answer.nil || body != null;
            return;
        }
        open.remove(answer.uid);
        asked = new ArrayList<>(open.keySet());
        ObjectNode record = about("message").put("uid", answer.uid);
        flags(record, answer.hasFlags ? answer.flags : wanted.flags);
        record.put("date", answer.date).put("size", answer.size >= 0 ? answer.size : wanted.size);
        if (!wanted.gmail.isEmpty()) {
            record.put("gmail", wanted.gmail);
        }
        record.put("part", body.part())
                .put("offset", body.offset())
                .put("length", body.length())
                .put("sha256", body.sha256());
        spool.add(record);
        meter.fetched(answer.body == null ? 0 : body.length());
    }

    /** Where several were asked for, each is asked for alone before it is given up. */
    private void refused(ImapConnection connection, Map<Long, MessageAnswer> open, String words)
            throws IOException, InterruptedException {
        if (open.size() == 1) {
            MessageAnswer only = open.values().iterator().next();
            open.clear();
            refused(only, "the server does not give it: " + words);
            return;
        }
        for (MessageAnswer each : new ArrayList<>(open.values())) {
            open.remove(each.uid);
            batch(connection, new TreeMap<>(Map.of(each.uid, each)), true);
        }
    }

    /** Messages that the server passed over, or gave as NIL: header and text are asked for apart, then all is said. */
    private void missing(ImapConnection connection, Map<Long, MessageAnswer> open)
            throws IOException, InterruptedException {
        for (MessageAnswer each : new ArrayList<>(open.values())) {
            Map<Long, MessageAnswer> one = new TreeMap<>(Map.of(each.uid, each));
            asked = List.of(each.uid);
            String words = "";
            try {
                fetch(connection, one, "BODY.PEEK[HEADER] BODY.PEEK[TEXT]");
            } catch (ImapException.Refused e) {
                words = ": " + e.getMessage();
            }
            if (!one.isEmpty()) {
                refused(
                        each,
                        (each.nil
                                        ? "the server gives nothing (NIL) for it"
                                        : "the server lists it and gives nothing" + " when asked for it")
                                + words);
            }
        }
        open.clear();
    }

    private void refused(MessageAnswer message, String why) {
        losses.merge(message.uid, 0, Integer::sum);
        ObjectNode record = about("message").put("uid", message.uid);
        flags(record, message.flags);
        record.put("date", message.date).put("size", message.size).put("refused", why);
        spool.add(record);
    }

    /**
     * After a lost connection: remembers at which message that was.
     *
     * @return whether a message is to blame, so that the next attempt asks for something else
     */
    boolean lost() {
        spool.dropBody();
        alone = true;
        if (asked.isEmpty()) {
            return false;
        }
        long uid = asked.getFirst();
        asked = List.of(); // the next loss may come before anything is asked for
        return losses.merge(uid, 1, Integer::sum) >= MOST_LOSSES;
    }

    private ObjectNode about(String type) {
        return Spool.record(type).put("box", box.number);
    }

    private static void flags(ObjectNode record, Collection<String> flags) {
        ArrayNode array = record.putArray("flags");
        flags.forEach(array::add);
    }

    /** UIDs as a set (RFC 9051 section 9), neighbours joined. */
    static String set(Collection<Long> uids) {
        StringBuilder set = new StringBuilder();
        long first = -1;
        long last = -1;
        for (long uid : uids.stream().sorted().collect(Collectors.toList())) {
            if (last >= 0 && uid == last + 1) {
                last = uid;
                continue;
            }
            range(set, first, last);
            first = uid;
            last = uid;
        }
        range(set, first, last);
        return set.toString().toLowerCase(Locale.ROOT);
    }

    private static void range(StringBuilder set, long first, long last) {
        if (first >= 0) {
            set.append(set.isEmpty() ? "" : ",").append(first);
            if (last > first) {
                set.append(':').append(last);
            }
        }
    }
}
