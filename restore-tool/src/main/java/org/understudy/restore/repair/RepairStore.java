package org.understudy.restore.repair;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repair.DamagedStore.Row;
import org.understudy.restore.repository.RecoverStore;
import org.understudy.restore.repository.Trust;
import org.understudy.restore.repository.backend.Durable;
import org.understudy.restore.repository.backend.RepositoryPlace;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.StoreView;
import org.understudy.storage.fsck.Fsck;
import org.understudy.storage.fsck.Watch;
import org.understudy.storage.guard.StoreGuard;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxRow;

/** Makes a sound store of a damaged one and a snapshot of it, beside it; docs/runbooks/repair.md. */
public final class RepairStore {
    private static final Author AUTHOR = new Author.Housekeeping("repair");
    private static final long CACHE_BYTES = 64L << 20;

    private final Path data;
    private final RepositoryPlace place;
    private final Clock clock;
    private final Progress progress;

    public RepairStore(Path data, RepositoryPlace place, Clock clock, Progress progress) {
        this.data = data;
        this.place = place;
        this.clock = clock;
        this.progress = progress;
    }

    /**
     * @param snapshot an id, its beginning, or latest
     * @param acceptKey use a snapshot although this machine does not trust the key that signed it
     * @param dryRun delete the new store when all is told
     * @param swap put it in the place of the damaged one
     */
    public record Request(String snapshot, boolean acceptKey, boolean dryRun, boolean swap) {}

    /**
     * Where the messages of a mailbox of the new store are from: {@code messages = same + fromSnapshot + fromDamaged}.
     *
     * @param messages in the new store
     * @param same in the snapshot, and the same in the damaged store, where they can be read
     * @param fromSnapshot that cannot be read in the damaged store, or not all of them
     * @param fromDamaged newer than the snapshot
     * @param expunged in the snapshot, and expunged since
     * @param lost newer than the snapshot, and cannot be read
     * @param lostUids the same as a sequence-set
     * @param unknown UIDs, newer than the snapshot, of which nothing tells whether there was a message
     * @param flagsChanged messages of the snapshot that have other flags now
     * @param flagsOfSnapshot messages whose flags cannot be read: they have those of the snapshot, newer ones none
     */
    public record MailboxResult(
            String user,
            String mailbox,
            long messages,
            long same,
            long fromSnapshot,
            long fromDamaged,
            long expunged,
            long lost,
            String lostUids,
            long unknown,
            long flagsChanged,
            long flagsOfSnapshot,
            List<String> notes) {
        public MailboxResult {
            notes = List.copyOf(notes);
        }
    }

    /**
     * @param store the new store; it is gone after a dry run
     * @param kept the damaged one
     * @param damage what is wrong with which tables of the damaged store
     * @param tables small tables that cannot be read there, and are as in the snapshot
     * @param rows rows of small tables that are other than in the snapshot
     * @param notes what else is to be known
     */
    public record Result(
            String snapshot,
            Instant taken,
            String store,
            String kept,
            boolean dryRun,
            boolean swapped,
            List<String> damage,
            List<MailboxResult> mailboxes,
            List<String> tables,
            long rows,
            long messages,
            long same,
            long fromSnapshot,
            long fromDamaged,
            long lost,
            long unknown,
            List<String> notes,
            long millis) {
        public Result {
            damage = List.copyOf(damage);
            mailboxes = List.copyOf(mailboxes);
            tables = List.copyOf(tables);
            notes = List.copyOf(notes);
        }
    }

    /**
     * @throws OperatorException {@link Reason#BUSY} if a server has the store open; {@link Reason#STORE_REFUSED} if rows could
     *     be missing from it without a word; {@link Reason#UNSOUND} if the new store is not sound, and was not put in place
     */
    public Result run(Request request) throws InterruptedException {
        Instant began = clock.instant();
        StoreFolders folders = new StoreFolders(data, began);
        try {
            Made made = make(request, folders);
            boolean swapped = request.swap() && !request.dryRun();
            if (swapped) {
                // Looks once more whether a server was started meanwhile.
                List<String> unused = StoreGuard.admitForReading(folders.store());
                folders.exchange();
            }
            List<MailboxResult> all = made.merged().mailboxes();
            return new Result(
                    made.snapshot().snapshot(),
                    made.snapshot().created(),
                    (swapped ? folders.store() : folders.repaired()).toString(),
                    (swapped ? folders.damaged() : folders.store()).toString(),
                    request.dryRun(),
                    swapped,
                    made.damage(),
                    all,
                    made.merged().tables(),
                    made.merged().rows(),
                    all.stream().mapToLong(MailboxResult::messages).sum(),
                    all.stream().mapToLong(MailboxResult::same).sum(),
                    all.stream().mapToLong(MailboxResult::fromSnapshot).sum(),
                    all.stream().mapToLong(MailboxResult::fromDamaged).sum(),
                    all.stream().mapToLong(MailboxResult::lost).sum(),
                    all.stream().mapToLong(MailboxResult::unknown).sum(),
                    made.merged().notes(),
                    Duration.between(began, clock.instant()).toMillis());
        } catch (IOException e) {
            throw new OperatorException(
                    Reason.IO,
                    "cannot repair the store in " + data + ": " + e.getMessage(),
                    "Look at the disk and its free space; the damaged store was not changed.",
                    e);
        }
    }

    private record Made(RecoverStore.Result snapshot, List<String> damage, Merged merged) {}

    /** Makes the new store beside the damaged one, which is closed when this returns. */
    private Made make(Request request, StoreFolders folders) throws IOException, InterruptedException {
        try (MailStore damaged = MailStore.openForRescue(folders.store(), new MailStore.Options(CACHE_BYTES, clock))) {
            List<String> damage = damage(folders.store());
            RecoverStore.Result snapshot = recover(request, folders);
            Merged merged = merge(damaged, Path.of(snapshot.store()));
            Durable.rename(Path.of(snapshot.store()), folders.repaired());
            Durable.deleteTree(folders.work());
            if (request.dryRun()) {
                Durable.deleteTree(folders.repaired());
            }
            return new Made(snapshot, damage, merged);
        }
    }

    /** Reads every table of the damaged store. */
    private List<String> damage(Path store) throws IOException, InterruptedException {
        List<String> faults = new ArrayList<>(StoreGuard.admitForReading(store));
        List<Path> tables;
        try (Stream<Path> files = Files.list(store.resolve("db"))) {
            tables = files.filter(file -> file.toString().endsWith(".sst"))
                    .sorted()
                    .toList();
        }
        progress.begin("reading the damaged store", tables.size(), "tables");
        long done = 0;
        for (Path table : tables) {
            if (Thread.interrupted()) {
                throw new InterruptedException("stopped on request");
            }
            String name = table.getFileName().toString();
            Optional<String> fault = MailStore.verifyTable(table);
            if (fault.isPresent() && faults.stream().noneMatch(known -> known.contains(name))) {
                faults.add("db/" + name + ": " + fault.get());
            }
            progress.advance(++done, 0);
        }
        return faults;
    }

    private RecoverStore.Result recover(Request request, StoreFolders folders)
            throws IOException, InterruptedException {
        Path work = folders.work();
        Durable.deleteTree(work.resolve("store"));
        Durable.folder(work);
        Durable.folder(work.resolve("keys"));
        if (Files.isDirectory(data.resolve("keys"))) {
            try (Stream<Path> keys = Files.list(data.resolve("keys"))) {
                for (Path key :
                        keys.filter(file -> file.toString().endsWith(".pub")).toList()) {
                    Files.copy(
                            key,
                            work.resolve("keys").resolve(key.getFileName().toString()),
                            java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        RecoverStore.Result result = new RecoverStore(place, work, clock, progress)
                .run(new RecoverStore.Request(request.snapshot(), null, List.of(), 0));
        if (result.trust() != Trust.TRUSTED_KEY && !request.acceptKey()) {
            Durable.deleteTree(work);
            throw new OperatorException(
                    Reason.REPOSITORY,
                    "snapshot " + result.snapshot() + " is signed by key " + result.signingKey()
                            + ", which this machine does not trust",
                    "If the key is yours, run 'understudy repo trust " + result.signingKey()
                            + "'; to go on all the same, give --accept-key.");
        }
        return result;
    }

    private record Merged(List<MailboxResult> mailboxes, List<String> tables, long rows, List<String> notes) {}

    private Merged merge(MailStore damagedStore, Path freshFolder) throws InterruptedException {
        try (MailStore fresh = MailStore.open(freshFolder, new MailStore.Options(CACHE_BYTES, clock))) {
            if (!fresh.storeId().equals(damagedStore.storeId())) {
                throw new OperatorException(
                        Reason.CONFLICT,
                        "the snapshot is of store " + fresh.storeId() + ", the damaged one is "
                                + damagedStore.storeId(),
                        "Name a snapshot of this store; 'understudy repo list' shows them.");
            }
            DamagedStore damaged = new DamagedStore(damagedStore);
            List<String> notes = new ArrayList<>();
            Map<MailboxId, MailboxRow> kept = new TreeMap<>();
            Map<MailboxId, MailboxId> ids = mailboxes(damaged, fresh, kept, notes);
            progress.begin("taking over mailboxes", ids.size(), "mailboxes");
            List<MailboxResult> results = new ArrayList<>();
            for (Map.Entry<MailboxId, MailboxId> one : ids.entrySet()) {
                MailboxRow row = fresh.mailboxes().find(one.getValue()).orElseThrow();
                results.add(new MailboxRepair(damaged, fresh, one.getKey(), one.getValue(), AUTHOR)
                        .run(row.path().owner(), row.path().name()));
                progress.advance(results.size(), 0);
            }
            TableRepair tables = new TableRepair(damagedStore, fresh, AUTHOR);
            tables.run(ids);
            check(fresh, results.stream().mapToLong(MailboxResult::messages).sum());
            return new Merged(results, tables.ofSnapshot(), tables.changed(), notes);
        }
    }

    /**
     * Makes the live mailboxes of the new store those of the damaged one: deletes, renames, creates.
     *
     * @return ids in the new store by those in the damaged one
     */
    private static Map<MailboxId, MailboxId> mailboxes(
            DamagedStore damaged, MailStore fresh, Map<MailboxId, MailboxRow> there, List<String> notes) {
        try (StoreView view = fresh.view()) {
            view.mailboxes().stream().filter(MailboxRow::live).forEach(row -> there.put(row.id(), row));
        }
        Map<MailboxId, MailboxId> ids = new TreeMap<>();
        Map<MailboxId, MailboxPath> renames = new TreeMap<>();
        List<MailboxRow> arrivals = new ArrayList<>();
        damaged.mailboxes(there.keySet()).forEach((id, found) -> {
            MailboxRow then = there.get(id);
            switch (found) {
                case Row.Found<MailboxRow> row
                when row.value().live() && then != null -> {
                    ids.put(id, id);
                    if (!then.path().equals(row.value().path())) {
                        renames.put(id, row.value().path());
                    }
                }
                case Row.Found<MailboxRow> row when row.value().live() -> arrivals.add(row.value());
                case Row.Found<MailboxRow> deleted -> delete(fresh, then);
                case Row.Absent<MailboxRow> absent -> delete(fresh, then);
                case Row.Unreadable<MailboxRow> unreadable -> {
                    if (then != null) {
                        ids.put(id, id);
                        notes.add("the row of mailbox " + then.path()
                                + " cannot be read: it has the name of the snapshot");
                    }
                }
            }
        });
        rename(fresh, renames, notes);
        for (MailboxRow row : arrivals) {
            if (fresh.mailboxes().find(row.path()).isPresent()) {
                notes.add("mailbox " + row.path() + " has the name of another one, and is named after its number too");
            }
            MailboxPath path = free(fresh, row.path(), row.id());
            ids.put(
                    row.id(),
                    fresh.mailboxes().create(path, row.uidValidity(), AUTHOR).id());
        }
        return ids;
    }

    private static void delete(MailStore fresh, @org.jspecify.annotations.Nullable MailboxRow row) {
        if (row != null) {
            fresh.mailboxes().delete(row.id(), AUTHOR);
        }
    }

    /** By way of names that nobody has, since names may have been exchanged. */
    private static void rename(MailStore fresh, Map<MailboxId, MailboxPath> renames, List<String> notes) {
        Set<MailboxPath> wanted = new HashSet<>(renames.values());
        renames.forEach((id, path) -> {
            MailboxPath aside = new MailboxPath(path.namespace(), path.owner(), "repair-" + id);
            fresh.mailboxes().rename(id, free(fresh, aside, id), AUTHOR);
        });
        renames.forEach((id, path) -> {
            MailboxPath to = free(fresh, path, id);
            if (!wanted.contains(to)) {
                notes.add("mailbox " + path + " has the name of another one, and is named " + to.name());
            }
            fresh.mailboxes().rename(id, to, AUTHOR);
        });
    }

    private static MailboxPath free(MailStore fresh, MailboxPath path, MailboxId id) {
        return fresh.mailboxes().find(path).isEmpty()
                ? path
                : new MailboxPath(path.namespace(), path.owner(), path.name() + "-" + id);
    }

    private void check(MailStore fresh, long messages) throws InterruptedException {
        progress.begin("checking the new store", messages, "messages");
        Fsck.Report report;
        try {
            report = fresh.fsck(Fsck.Depth.BODIES, new Watch() {
                @Override
                public void read(long octets, long calls) {
                    if (Thread.currentThread().isInterrupted()) {
                        throw new StoppedException();
                    }
                }

                @Override
                public void messages(long soFar) {
                    progress.advance(soFar, 0);
                }
            });
        } catch (Watch.StoppedException e) {
            Thread.interrupted();
            throw (InterruptedException) new InterruptedException("stopped on request").initCause(e);
        }
        if (!report.sound() || report.messages() != messages) {
            throw new OperatorException(
                    Reason.UNSOUND,
                    "the new store is not sound: "
                            + (report.sound()
                                    ? report.messages() + " messages instead of " + messages
                                    : report.findings().size() + " findings, the first: "
                                            + report.findings().getFirst())
                            + ". It was not put in place, and the damaged one was not changed",
                    "Try an older snapshot with --snapshot, and report this.");
        }
    }
}
