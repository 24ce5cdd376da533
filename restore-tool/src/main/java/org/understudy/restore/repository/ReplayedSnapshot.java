package org.understudy.restore.repository;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.understudy.restore.progress.Progress;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.MailboxId;

/**
 * A snapshot into which later changes are replayed: its files in a folder of its own, of which the database can be opened
 * for writing. The sorted tables are the repository's own, by link, and stay as they are; all else is a copy.
 *
 * <p>Used once: {@link #lay}, then whatever writes into {@link #folder}, then {@link #opened}.
 */
public final class ReplayedSnapshot {
    private static final long CACHE_BYTES = 64L << 20;
    private static final String TABLE = ".sst";

    private final Repository repository;
    private final Manifest manifest;
    private final Trust trust;
    private final List<String> notes;
    private final Predicate<String> users;
    private final SnapshotFolder folder;
    private final Map<MailboxId, UidSet> doubts;
    private final Clock clock;

    private ReplayedSnapshot(
            Repository repository,
            OpenedSnapshot base,
            Predicate<String> users,
            SnapshotFolder folder,
            Map<MailboxId, UidSet> doubts,
            Clock clock) {
        this.repository = repository;
        this.manifest = base.manifest();
        this.trust = base.trust();
        this.notes = base.notes();
        this.users = users;
        this.folder = folder;
        this.doubts = doubts;
        this.clock = clock;
    }

    /**
     * Checks signature, chain and the rows of the users' mailboxes against the manifest, and lays the files out.
     *
     * @param users whose mail is going to be read
     * @throws OperatorException {@link Reason#REPOSITORY} if the snapshot cannot be opened as {@code assurance} demands, or
     *     a file or a row of these users is lost: what is not there could not be told from what was expunged later
     */
    public static ReplayedSnapshot lay(
            Repository repository,
            String snapshot,
            TrustedKeys trusted,
            OpenedSnapshot.Assurance assurance,
            Predicate<String> users,
            Clock clock,
            Progress progress)
            throws InterruptedException {
        try (OpenedSnapshot base = OpenedSnapshot.open(repository, snapshot, trusted, assurance, clock)) {
            ObjectCheck check = new ObjectCheck(repository.objects());
            requireWhole(base.manifest(), check);
            Map<MailboxId, UidSet> doubts = doubts(base, users, new Meter(progress));
            SnapshotFolder folder = SnapshotFolder.of(repository, base.manifest(), Set.of(), check);
            boolean laid = false;
            try {
                for (Manifest.StoredFile file : base.manifest().files()) {
                    if (!Files.exists(folder.path().resolve(file.name()))) {
                        throw damaged(snapshot, "its file " + file.name() + " is damaged");
                    }
                }
                ownCopies(folder.path());
                laid = true;
                return new ReplayedSnapshot(repository, base, users, folder, doubts, clock);
            } finally {
                if (!laid) {
                    folder.close();
                }
            }
        } catch (IOException e) {
            throw Refusal.io("laying out snapshot " + snapshot + " of", repository.location(), e);
        }
    }

    private static void requireWhole(Manifest manifest, ObjectCheck check) {
        for (Manifest.StoredFile file : manifest.files()) {
            var fault = check.quick(file);
            if (fault.isPresent()) {
                throw damaged(
                        manifest.id(),
                        "its file " + file.name() + " is not there as it was: expected "
                                + fault.get().expected() + ", found "
                                + fault.get().found());
            }
        }
    }

    private static OperatorException damaged(String snapshot, String what) {
        return Refusal.repository(
                "snapshot " + snapshot + " cannot be replayed on: " + what,
                "'understudy repo verify --full' says whose mail is concerned. 'restore stage --snapshot " + snapshot
                        + "' restores from the snapshot itself and accounts for each message.");
    }

    /** The database writes into all but its tables; those it may only unlink. */
    private static void ownCopies(Path folder) throws IOException {
        List<Path> links;
        try (Stream<Path> files = Files.walk(folder)) {
            links = files.filter(file -> !Files.isDirectory(file))
                    .filter(file -> !file.getFileName().toString().endsWith(TABLE))
                    .toList();
        }
        for (Path link : links) {
            Path copy = link.resolveSibling(link.getFileName() + ".copy");
            Files.copy(link.toRealPath(), copy);
            if (!copy.toFile().setWritable(true, true)) {
                throw new IOException(copy + " cannot be made writable");
            }
            Files.move(copy, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static Map<MailboxId, UidSet> doubts(OpenedSnapshot base, Predicate<String> users, Meter meter)
            throws InterruptedException {
        Map<MailboxId, UidSet> doubts = new HashMap<>();
        SnapshotRows rows = base.rows();
        long messages = base.manifest().users().stream()
                .filter(user -> users.test(user.name()))
                .flatMap(user -> user.mailboxes().stream())
                .mapToLong(Manifest.Mailbox::messages)
                .sum();
        meter.begin("checking the snapshot's rows", messages, "messages");
        for (Manifest.User user : base.manifest().users()) {
            if (!users.test(user.name())) {
                continue;
            }
            for (Manifest.Mailbox mailbox : user.mailboxes()) {
                UidSet uids = UidSet.parse(mailbox.uids());
                UidSet.Builder doubted = new UidSet.Builder();
                for (int group = 0; group < SnapshotRows.groups(mailbox); group++) {
                    SnapshotRows.Group read = rows.read(mailbox, uids, group);
                    for (SnapshotRows.Row row : read.rows()) {
                        if (row.facts() == null || row.flags() == null) {
                            throw damaged(
                                    base.manifest().id(),
                                    "user " + user.name() + ", mailbox " + mailbox.name() + ", UID " + row.uid()
                                            + " cannot be read (" + base.words(row.fault()) + ")");
                        }
                        if (!read.proven()) {
                            doubted.add(row.uid());
                        }
                    }
                    meter.done(read.rows().size());
                }
                if (!doubted.isEmpty()) {
                    doubts.put(mailbox.mailboxId(), doubted.build());
                }
            }
        }
        return doubts;
    }

    /** Of the store, as {@link MailStore} knows it. */
    public Path folder() {
        return folder.path();
    }

    /** Sequence number of the snapshot's last row. */
    public long sequence() {
        return manifest.sequence();
    }

    public Trust trust() {
        return trust;
    }

    /**
     * Counts what the users have, and opens it as if it were a snapshot. Closing that removes the folder.
     *
     * @param moment as of which the store is now
     * @param sequence of the last row in it
     * @param trusted of all that was replayed
     * @param more what an operator should know of it
     */
    public OpenedSnapshot opened(Instant moment, long sequence, Trust trusted, List<String> more, Progress progress)
            throws InterruptedException {
        boolean opened = false;
        MailStore store = MailStore.openReadOnly(folder.path(), new MailStore.Options(CACHE_BYTES, clock), false);
        try {
            Census.Result census =
                    new Census(store, row -> users.test(row.path().owner()), List.of(), new Meter(progress)).take();
            Manifest counted = new Manifest(
                    manifest.format(),
                    manifest.version(),
                    manifest.tool(),
                    manifest.id() + " with the log up to " + moment,
                    moment,
                    manifest.repositoryId(),
                    manifest.storeId(),
                    manifest.storeFormat(),
                    sequence,
                    manifest.number(),
                    manifest.signingKey(),
                    manifest.predecessor(),
                    census.messages(),
                    census.bytes(),
                    manifest.files(),
                    census.users());
            List<String> all = new ArrayList<>(notes);
            all.addAll(more);
            all.addAll(census.warnings());
            Trust weakest = trusted.compareTo(trust) > 0 ? trusted : trust;
            OpenedSnapshot result = OpenedSnapshot.of(repository, counted, weakest, all, folder, store, doubts);
            opened = true;
            return result;
        } catch (CorruptionException e) {
            throw damaged(manifest.id(), SnapshotRows.text(e));
        } finally {
            if (!opened) {
                store.close();
                discard();
            }
        }
    }

    /** Removes the folder, of what was never opened. */
    public void discard() {
        try {
            folder.close();
        } catch (IOException e) {
            throw Refusal.io("removing", folder.path(), e);
        }
    }
}
