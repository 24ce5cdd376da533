package org.understudy.server.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32;
import org.understudy.restore.message.MessageReader;
import org.understudy.restore.message.MessageReading;
import org.understudy.storage.Content;
import org.understudy.storage.MailStore;
import org.understudy.storage.NewMessage;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxRow;

/** Fills a live store with mail, counts it by month, and takes some of it away behind its users' backs. */
final class Town {
    private static final Author DELIVERY = new Author.Housekeeping("demo-delivery");
    private static final Author DISASTER = new Author.Housekeeping("demo-disaster");
    private static final int BATCH = 200;
    private static final long LAST_UID = 0xFFFF_FFFFL;

    private final MailStore live;
    private final Map<MailboxPath, MailboxId> mailboxes = new LinkedHashMap<>();
    private final Map<MailboxId, List<NewMessage>> waiting = new LinkedHashMap<>();

    Town(MailStore live) {
        this.live = live;
    }

    /** Delivers one message; on disk after {@link #settle} at the latest. */
    void deliver(String user, String mailbox, Instant date, Flags flags, Content content) throws IOException {
        MailboxId id = mailbox(MailboxPath.of(user, mailbox));
        MessageReading reading = MessageReader.read(content);
        List<NewMessage> batch = waiting.computeIfAbsent(id, i -> new ArrayList<>());
        batch.add(new NewMessage(
                0,
                null,
                null,
                new NewMessage.Body.Bytes(reading.canonical(), reading.digest()),
                reading.canonical().size(),
                reading.headerSize(),
                reading.digest(),
                reading.mime(),
                date,
                null,
                flags));
        if (batch.size() == BATCH) {
            flush(id);
        }
    }

    void settle() {
        List.copyOf(waiting.keySet()).forEach(this::flush);
    }

    private void flush(MailboxId id) {
        List<NewMessage> batch = waiting.remove(id);
        if (batch != null && !batch.isEmpty()) {
            live.messages().append(id, batch, DELIVERY);
        }
    }

    private MailboxId mailbox(MailboxPath path) {
        MailboxId known = mailboxes.get(path);
        if (known != null) {
            return known;
        }
        int dot = path.name().lastIndexOf(MailboxPath.DELIMITER);
        if (dot > 0) {
            mailbox(MailboxPath.of(path.owner(), path.name().substring(0, dot)));
        }
        MailboxId id = live.mailboxes().find(path).map(MailboxRow::id).orElseGet(() -> {
            CRC32 sum = new CRC32();
            sum.update(path.toString().getBytes(StandardCharsets.UTF_8));
            live.subscriptions().write(path.owner(), Map.of(path.name(), new byte[0]), DELIVERY);
            return live.mailboxes()
                    .create(path, Math.max(1, sum.getValue()), DELIVERY)
                    .id();
        });
        mailboxes.put(path, id);
        return id;
    }

    /** Messages by user and by month of arrival in UTC. */
    SortedMap<String, SortedMap<YearMonth, Long>> census() {
        SortedMap<String, SortedMap<YearMonth, Long>> census = new TreeMap<>();
        for (MailboxRow mailbox : live.mailboxes().all()) {
            SortedMap<YearMonth, Long> months =
                    census.computeIfAbsent(mailbox.path().owner(), user -> new TreeMap<>());
            live.messages()
                    .scan(mailbox.id(), 1, LAST_UID, facts -> months.merge(month(facts.internalDate()), 1L, Long::sum));
        }
        return census;
    }

    /**
     * A body in the store's order.
     *
     * @param before octets of all bodies with smaller ids
     * @param wanted whether it is of one of the messages asked for
     */
    record Body(long id, long before, boolean wanted) {}

    /** All bodies by id, marked where they are of messages of these users and months. */
    List<Body> bodies(Set<String> users, Set<YearMonth> months) {
        TreeMap<Long, Long> sizes = new TreeMap<>();
        Set<Long> wanted = new HashSet<>();
        for (MailboxRow mailbox : live.mailboxes().all()) {
            boolean chosen = users.contains(mailbox.path().owner());
            live.messages().scan(mailbox.id(), 1, LAST_UID, facts -> {
                sizes.put(facts.body().value(), facts.size());
                if (chosen && months.contains(month(facts.internalDate()))) {
                    wanted.add(facts.body().value());
                }
            });
        }
        List<Body> bodies = new ArrayList<>(sizes.size());
        long before = 0;
        for (Map.Entry<Long, Long> body : sizes.entrySet()) {
            bodies.add(new Body(body.getKey(), before, wanted.contains(body.getKey())));
            before += body.getValue();
        }
        return bodies;
    }

    /**
     * Takes away all messages of these users that arrived in these months. The expunge log names an administrator as the
     * reason, so that no wish of a user stands against bringing them back.
     */
    long lose(Set<String> users, Set<YearMonth> months) {
        long lost = 0;
        for (MailboxRow mailbox : live.mailboxes().all()) {
            if (users.contains(mailbox.path().owner())) {
                List<Long> uids = new ArrayList<>();
                live.messages().scan(mailbox.id(), 1, LAST_UID, facts -> {
                    if (months.contains(month(facts.internalDate()))) {
                        uids.add(facts.uid());
                    }
                });
                lost += live.messages()
                        .expunge(mailbox.id(), uids, ExpungeReason.ADMIN, DISASTER)
                        .size();
            }
        }
        return lost;
    }

    private static YearMonth month(Instant instant) {
        return YearMonth.from(instant.atZone(ZoneOffset.UTC));
    }
}
