package org.understudy.restore.repository;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MailboxState;
import org.understudy.storage.keyspace.MessageFacts;
import org.understudy.storage.keyspace.MessageFlags;

/**
 * Counts a store: reads every message row once, builds the Merkle trees and counts of the manifest, and reads the bodies
 * that lie in given tables from end to end.
 */
final class Census {
    private static final long WINDOW = 8192;
    /** Bodies that many messages share are read once, as far as this many can be remembered. */
    private static final int REMEMBERED = 1 << 20;

    private static final DateTimeFormatter MONTH =
            DateTimeFormatter.ofPattern("uuuu-MM").withZone(ZoneOffset.UTC);

    private final MailStore store;
    private final Predicate<MailboxRow> counted;
    private final List<BodyRange> toRead;
    private final BodyReading bodies;
    private final Meter meter;
    private final Set<Long> read = new HashSet<>();
    private final List<String> unreadable = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private long unreadableMessages;

    /** @param toRead the tables whose bodies are to be read */
    Census(MailStore store, List<BodyRange> toRead, Meter meter) {
        this(store, row -> true, toRead, meter);
    }

    /** @param counted which mailboxes are counted */
    Census(MailStore store, Predicate<MailboxRow> counted, List<BodyRange> toRead, Meter meter) {
        this.counted = counted;
        this.store = store;
        this.toRead = toRead;
        this.bodies = new BodyReading(store);
        this.meter = meter;
    }

    /** @param warnings what does not agree in the store and can be copied nevertheless */
    record Result(List<Manifest.User> users, long mailboxes, long messages, long bytes, List<String> warnings) {}

    /** @throws OperatorException {@link Reason#UNSOUND} if a row or a body of the store cannot be read */
    Result take() throws InterruptedException {
        try {
            return count();
        } catch (CorruptionException e) {
            throw new OperatorException(
                    Reason.UNSOUND,
                    "the store cannot be read: " + SnapshotRows.text(e) + ". No snapshot was made",
                    "Run 'understudy fsck' to see whose mail is concerned, and keep the older snapshots.",
                    e);
        }
    }

    private Result count() throws InterruptedException {
        List<MailboxRow> rows = store.mailboxes().all().stream().filter(counted).toList();
        Map<MailboxRow, MailboxState> states = new HashMap<>();
        SortedMap<String, List<Manifest.Mailbox>> byUser = new TreeMap<>();
        long total = 0;
        for (MailboxRow row : rows) {
            MailboxState state = store.mailboxes().state(row.id());
            states.put(row, state);
            total += state.messages();
        }
        Map<String, Set<String>> subscriptions = new HashMap<>();
        store.subscriptions().all().forEach((user, names) -> subscriptions.put(user, names.keySet()));
        meter.begin("reading messages", total, "messages");
        long messages = 0;
        long bytes = 0;
        for (MailboxRow row : rows) {
            boolean subscribed = subscriptions
                    .getOrDefault(row.path().owner(), Set.of())
                    .contains(row.path().name());
            Manifest.Mailbox mailbox = count(row, states.getOrDefault(row, MailboxState.EMPTY), subscribed);
            byUser.computeIfAbsent(row.path().owner(), owner -> new ArrayList<>())
                    .add(mailbox);
            messages += mailbox.messages();
            bytes += mailbox.bytes();
        }
        if (unreadableMessages > 0) {
            throw new OperatorException(
                    Reason.UNSOUND,
                    unreadableMessages + " messages of the store cannot be read as they were stored: "
                            + String.join("; ", unreadable) + (unreadableMessages > unreadable.size() ? "; ..." : "")
                            + ". No snapshot was made",
                    "Run 'understudy fsck' for the whole list, restore those messages from an older snapshot, and then"
                            + " take this one again.");
        }
        List<Manifest.User> users = new ArrayList<>();
        byUser.forEach((name, mailboxes) -> users.add(user(name, mailboxes)));
        return new Result(users, rows.size(), messages, bytes, List.copyOf(warnings));
    }

    private static Manifest.User user(String name, List<Manifest.Mailbox> mailboxes) {
        MerkleTree tree = new MerkleTree();
        mailboxes.stream()
                .sorted(Comparator.comparingLong(Manifest.Mailbox::id))
                .forEach(mailbox -> tree.add(Leaves.mailbox(mailbox)));
        return new Manifest.User(name, tree.root().toString(), mailboxes);
    }

    private Manifest.Mailbox count(MailboxRow row, MailboxState state, boolean subscribed) throws InterruptedException {
        MerkleTree whole = new MerkleTree();
        MerkleTree content = new MerkleTree();
        UidSet.Builder uids = new UidSet.Builder();
        SortedMap<String, Long> months = new TreeMap<>();
        long messages = 0;
        long bytes = 0;
        for (long from = 1; from < state.uidNext(); from += WINDOW) {
            long to = Math.min(state.uidNext() - 1, from + WINDOW - 1);
            List<MessageFacts> facts = new ArrayList<>();
            store.messages().scan(row.id(), from, to, facts::add);
            if (facts.isEmpty()) {
                continue;
            }
            Map<Long, MessageFlags> flags = new HashMap<>();
            for (MessageFlags flag : store.messages().flags(row.id(), from, to)) {
                flags.put(flag.uid(), flag);
            }
            for (MessageFacts fact : facts) {
                MessageFlags flag = flags.get(fact.uid());
                if (flag == null) {
                    throw new CorruptionException(
                            "flag-chunk", "", "no flags for " + row.path() + " UID " + fact.uid(), null);
                }
                whole.add(Leaves.message(fact, flag));
                content.add(Leaves.content(fact));
                uids.add(fact.uid());
                months.merge(MONTH.format(fact.internalDate()), 1L, Long::sum);
                bytes += fact.size();
                messages++;
                readBody(row, fact);
            }
            meter.done(facts.size());
        }
        if (messages != state.messages() || bytes != state.bytes()) {
            warnings.add("mailbox " + row.path() + " counts " + state.messages() + " messages of " + state.bytes()
                    + " bytes, and holds " + messages + " of " + bytes + "; run 'understudy fsck'");
        }
        return new Manifest.Mailbox(
                row.id().value(),
                row.path().namespace(),
                row.path().name(),
                subscribed,
                row.uidValidity(),
                state.uidNext(),
                state.highestModSeq(),
                messages,
                bytes,
                uids.build().toString(),
                whole.root().toString(),
                whole.groups(),
                content.groups(),
                months);
    }

    private void readBody(MailboxRow row, MessageFacts fact) throws InterruptedException {
        List<Manifest.StoredFile> files = BodyRange.covering(toRead, fact.body());
        if (files.isEmpty() || read.contains(fact.body().value())) {
            return;
        }
        if (read.size() < REMEMBERED) {
            read.add(fact.body().value());
        }
        bodies.fault(fact).ifPresent(fault -> {
            unreadableMessages++;
            if (unreadable.size() < 8) {
                unreadable.add(row.path() + " UID " + fact.uid() + " in "
                        + String.join(
                                " or ",
                                files.stream().map(Manifest.StoredFile::name).toList())
                        + " (" + fault + ")");
            }
        });
        meter.bytes(fact.size());
    }
}
