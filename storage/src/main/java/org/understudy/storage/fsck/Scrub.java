package org.understudy.storage.fsck;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.NoSuchFileException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.understudy.storage.BodySums;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.birth.Births;
import org.understudy.storage.engine.Engine;
import org.understudy.storage.engine.View;
import org.understudy.storage.keyspace.BodyCodec;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Codec;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Keys;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MailboxState;
import org.understudy.storage.reclaim.ReclaimedBodies;

/**
 * Rereads a store that serves, a table or a mailbox at a time, with the checks of {@link Fsck}: each piece as of one moment,
 * so that what others write meanwhile is no finding, and no row is pinned for longer than a mailbox's rows take. Bodies are
 * read before that, without a view. Used by one thread.
 */
public final class Scrub {
    /**
     * One thing that is wrong.
     *
     * @param files names of sorted tables that may hold it; none where that cannot be told
     */
    public record Fault(Fsck.Finding finding, List<String> files) {
        public Fault {
            files = List.copyOf(files);
        }
    }

    /** What was read of a mailbox; nothing where it is gone. */
    public record MailboxRead(long messages, long expunged, long bodies, long bodyOctets) {}

    /** What became of a table. */
    public enum TableRead {
        /** It is as it was written. */
        SOUND,
        /** It is not; that was given to the consumer of faults. */
        FAULTY,
        /** It was compacted away meanwhile: its rows are in younger tables. */
        GONE
    }

    private final Engine engine;
    private final Births births;
    private final BodySums sums;
    private final Watch watch;
    private final Consumer<Fault> faults;
    private final Map<Long, BodyScan.Summary> bodies = new HashMap<>();
    private long bodyOctets;

    /** As {@link org.understudy.storage.MailStore#scrub} makes it. */
    public Scrub(Engine engine, Births births, BodySums sums, Watch watch, Consumer<Fault> faults) {
        this.engine = engine;
        this.births = births;
        this.sums = sums;
        this.watch = watch;
        this.faults = faults;
    }

    /** The number in a table's name; younger tables have greater ones. */
    public static long number(Engine.Table table) {
        return Long.parseLong(table.name().substring(0, table.name().length() - ".sst".length()));
    }

    /** The tables of the store now, the oldest first. */
    public List<Engine.Table> tables() {
        return engine.tables().stream()
                .sorted(Comparator.comparingLong(Scrub::number))
                .toList();
    }

    /** Rereads a table from the disk. */
    public TableRead table(Engine.Table table) {
        String fault;
        try {
            Optional<String> found = births.reread(table, octets -> watch.read(octets, 0));
            if (found.isEmpty()) {
                return TableRead.SOUND;
            }
            fault = "it reads other than it was written: " + found.get();
        } catch (ClosedByInterruptException e) {
            Watch.StoppedException stopped = new Watch.StoppedException();
            stopped.initCause(e);
            throw stopped;
        } catch (NoSuchFileException | FileNotFoundException e) {
            fault = "it is missing";
        } catch (IOException e) {
            fault = "it cannot be read: " + e.getMessage();
        }
        // Looked up after the reading: a table that is still part of the store was not compacted away.
        if (engine.tables().stream().noneMatch(table::equals)) {
            return TableRead.GONE;
        }
        faults.accept(new Fault(
                new Fsck.Finding("", "", 0, "table " + table.name() + " (" + table.columnFamily() + "): " + fault),
                List.of(table.name())));
        return TableRead.FAULTY;
    }

    /** Mailboxes that have rows, deleted ones too. */
    public SortedSet<MailboxId> mailboxes() {
        try (View view = engine.uncachedView()) {
            return new TreeSet<>(new StoreRows(new Reading(view, watch), this::report)
                    .mailboxes()
                    .keySet());
        }
    }

    /** Rereads a mailbox: every body, then all rows against each other and the bodies. */
    public MailboxRead mailbox(MailboxId id) {
        bodies.clear();
        bodyOctets = 0;
        for (long body : bodiesOf(id)) {
            bodies.put(body, read(body));
        }
        try (View view = engine.uncachedView()) {
            Reading reading = new Reading(view, watch);
            StoreRows rows = new StoreRows(reading, this::report);
            byte[] key = Keys.mailbox(id);
            MailboxRow row;
            try {
                Optional<byte[]> value = reading.get(Family.MAILBOX, key);
                if (value.isEmpty()) {
                    return new MailboxRead(0, 0, bodies.size(), bodyOctets);
                }
                row = Codec.mailboxRow(key, value.get());
            } catch (CorruptionException e) {
                report(new Fsck.Finding("", "", 0, "mailbox " + id + " cannot be read: " + e.getMessage()));
                return new MailboxRead(0, 0, bodies.size(), bodyOctets);
            }
            MailboxRead[] done = {new MailboxRead(0, 0, bodies.size(), bodyOctets)};
            rows.guarded(row.path().owner(), row.path().name(), () -> {
                Optional<MailboxState> state = rows.state(row);
                if (state.isEmpty()) {
                    return;
                }
                MailboxCheck check = new MailboxCheck(
                        reading,
                        row,
                        state.get(),
                        // A body that came since the first look.
                        body -> bodies.computeIfAbsent(body, this::read),
                        MailboxCheck.Bodies.COMPARED,
                        // As of now: what was reclaimed since the view was taken is no finding.
                        body -> ReclaimedBodies.has(engine.latest(), new BodyId(body)),
                        (uid, what) -> report(reading, row, uid, what));
                check.run();
                rows.counter("message", check.maxMessageId());
                rows.counter("body", check.maxBodyId());
                done[0] = new MailboxRead(check.messages(), check.expunged(), bodies.size(), bodyOctets);
            });
            return done[0];
        }
    }

    /** Rereads the rows that belong to no single mailbox. */
    public void rest() {
        try (View view = engine.uncachedView()) {
            StoreRows rows = new StoreRows(new Reading(view, watch), this::report);
            rows.check(rows.mailboxes());
        }
    }

    /** What messages and expunged ones name as their bodies; what cannot be read here is told of by the check that follows. */
    private SortedSet<Long> bodiesOf(MailboxId id) {
        SortedSet<Long> ids = new TreeSet<>();
        byte[] prefix = Keys.mailbox(id);
        try (View view = engine.uncachedView()) {
            Reading reading = new Reading(view, watch);
            StoreRows silent = new StoreRows(reading, finding -> {});
            silent.guarded(
                    "",
                    "",
                    () -> reading.scanPrefix(Family.MESSAGE, prefix, (key, value) -> {
                        ids.add(Codec.messageFacts(key, value).body().value());
                        return true;
                    }));
            silent.guarded(
                    "",
                    "",
                    () -> reading.scanPrefix(Family.EXPUNGED, prefix, (key, value) -> {
                        ids.add(Codec.expungedMessage(key, value).facts().body().value());
                        return true;
                    }));
        }
        return ids;
    }

    private BodyScan.Summary read(long id) {
        long before = sums.reads();
        try {
            BodyCodec.Head head = sums.verified(new BodyId(id));
            bodyOctets += head.size();
            watch.read(head.size(), sums.reads() - before);
            return new BodyScan.Summary(head.size(), head.digest(), "");
        } catch (CorruptionException e) {
            watch.read(0, sums.reads() - before);
            return new BodyScan.Summary(-1, Digest.of(new byte[Digest.LENGTH]), "its body: " + e.getMessage());
        }
    }

    private void report(Fsck.Finding finding) {
        faults.accept(new Fault(finding, List.of()));
    }

    private void report(Reading reading, MailboxRow mailbox, long uid, String what) {
        faults.accept(new Fault(
                new Fsck.Finding(mailbox.path().owner(), mailbox.path().name(), uid, what),
                uid == 0 ? List.of() : files(reading, mailbox.id(), uid)));
    }

    /** The tables that may hold the body of a message, if that is faulty, else those of the message's row. */
    private List<String> files(Reading reading, MailboxId mailbox, long uid) {
        byte[] key = Keys.message(mailbox, uid);
        try {
            Optional<Long> body = reading.get(Family.MESSAGE, key)
                    .map(value -> Codec.messageFacts(key, value).body().value());
            BodyScan.Summary summary = body.map(bodies::get).orElse(null);
            if (body.isPresent() && summary != null && !summary.fault().isEmpty()) {
                return files(Family.BODY, Keys.body(new BodyId(body.get()), 0));
            }
        } catch (CorruptionException e) {
            return files(Family.MESSAGE, key);
        }
        return files(Family.MESSAGE, key);
    }

    private List<String> files(Family family, byte[] key) {
        String hex = HexFormat.of().formatHex(key);
        return engine.tables().stream()
                .filter(table -> table.columnFamily().equals(family.columnFamily())
                        && table.smallestKey().compareTo(hex) <= 0
                        && table.largestKey().compareTo(hex) >= 0)
                .map(Engine.Table::name)
                .toList();
    }
}
