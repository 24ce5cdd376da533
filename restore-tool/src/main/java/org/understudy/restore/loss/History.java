package org.understudy.restore.loss;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.loss.LossReport.HistoryUsed;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.Manifest;
import org.understudy.restore.repository.OpenedSnapshot;
import org.understudy.restore.repository.Refusal;
import org.understudy.restore.repository.SnapshotCatalog;
import org.understudy.restore.repository.Trust;
import org.understudy.restore.repository.Verifications;
import org.understudy.restore.repository.log.PointInTime;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** What the manifests of a repository say of the mail that there was, without opening a snapshot. */
final class History {
    /**
     * A snapshot that is compared with the live store.
     *
     * @param number by age among those compared, 0 for the newest
     */
    record Snapshot(int number, String id, Instant created, HistoryUsed used) {}

    /** Begins the name of a moment, which is compared as if it were a snapshot. */
    static final String AT = "at:";

    private final SnapshotCatalog catalog;
    private final Path keys;
    private final List<HistoryUsed> all;
    private final List<Snapshot> snapshots;
    private final List<Snapshot> byWorth;
    private final boolean foreign;
    private final SortedMap<String, List<PastMailbox>> users;

    private History(
            SnapshotCatalog catalog,
            Path keys,
            List<HistoryUsed> all,
            List<Snapshot> snapshots,
            boolean foreign,
            SortedMap<String, List<PastMailbox>> users) {
        this.catalog = catalog;
        this.keys = keys;
        this.all = all;
        this.snapshots = snapshots;
        this.foreign = foreign;
        this.users = users;
        byWorth = snapshots.stream()
                .sorted(Comparator.comparingInt((Snapshot snapshot) -> worth(snapshot.used()))
                        .thenComparingInt(Snapshot::number))
                .toList();
    }

    /**
     * Reads the manifests, newest first, each once.
     *
     * @param names those to compare, as an operator names them, or {@code at:} and a moment in ISO 8601; empty for all of the
     *     live store's
     * @throws OperatorException {@link Reason#REPOSITORY} if there is nothing to compare with
     */
    static History read(Workplace workplace, List<String> names, Pulse pulse) throws InterruptedException {
        SnapshotCatalog catalog = SnapshotCatalog.open(workplace.repository(), workplace.keys());
        Verifications verifications = Verifications.read(workplace.keys(), catalog.repository());
        List<String> ids = new ArrayList<>(
                names.isEmpty()
                        ? catalog.repository().snapshotIds()
                        : names.stream()
                                .map(name -> name.startsWith(AT)
                                        ? name
                                        : catalog.repository().resolve(name))
                                .distinct()
                                .sorted()
                                .toList());
        Collections.reverse(ids);
        if (ids.isEmpty()) {
            throw new OperatorException(
                    Reason.REPOSITORY,
                    "repository " + workplace.repository() + " has no snapshot, so there is no history to compare the"
                            + " store with",
                    "Take the first one with 'understudy snapshot'; from then on losses can be told.");
        }
        Reader reader = new Reader(workplace.live().storeId(), verifications);
        pulse.begin("reading manifests", ids.size(), "snapshots");
        String foreignStore = names.isEmpty() ? null : "";
        for (String id : ids) {
            reader.take(id.startsWith(AT) ? moment(id, catalog, workplace) : catalog.read(id), foreignStore);
            pulse.done();
        }
        if (reader.snapshots.isEmpty() && !reader.otherStore.isEmpty()) {
            reader = new Reader(workplace.live().storeId(), verifications);
            for (String id : ids) {
                reader.take(catalog.read(id), "");
            }
        }
        if (reader.snapshots.isEmpty()) {
            throw new OperatorException(
                    Reason.REPOSITORY,
                    "none of the " + ids.size() + " snapshots in " + workplace.repository()
                            + " can be used as history: " + reader.all.get(0).id() + ": "
                            + reader.all.get(0).why(),
                    "Run 'understudy repo verify' to see what is wrong with them.");
        }
        return reader.history(catalog, workplace.keys());
    }

    /** What there was at a moment, as if it were a snapshot. */
    private static SnapshotCatalog.Entry moment(String id, SnapshotCatalog catalog, Workplace workplace)
            throws InterruptedException {
        try (OpenedSnapshot opened = open(id, catalog, workplace.keys(), workplace.clock())) {
            return new SnapshotCatalog.Entry(id, opened.manifest().named(id), opened.trust(), List.of());
        } catch (IOException e) {
            throw Refusal.io("reading", workplace.repository().toString(), e);
        }
    }

    private static OpenedSnapshot open(String id, SnapshotCatalog catalog, Path keys, Clock clock)
            throws InterruptedException {
        return PointInTime.of(
                        catalog.repository(),
                        keys,
                        Instant.parse(id.substring(AT.length())),
                        OpenedSnapshot.Assurance.TRUSTED_KEY)
                .open(user -> true, clock, Progress.SILENT);
    }

    /** Gathers one manifest after the other, of one store. */
    private static final class Reader {
        private final String storeId;
        private final Verifications verifications;
        private final List<HistoryUsed> all = new ArrayList<>();
        private final List<Snapshot> snapshots = new ArrayList<>();
        private final Map<Long, PastMailbox> mailboxes = new HashMap<>();
        private String usedStore = "";
        private String otherStore = "";

        Reader(String storeId, Verifications verifications) {
            this.storeId = storeId;
            this.verifications = verifications;
        }

        /** @param foreign null to pass over other stores' snapshots, empty to take those of the first store met */
        void take(SnapshotCatalog.Entry entry, @Nullable String foreign) {
            Manifest manifest = entry.manifest();
            String why = "";
            if (manifest == null || entry.trust() == Trust.NONE) {
                why = entry.faults().isEmpty()
                        ? "its manifest cannot be read"
                        : entry.faults().get(0);
            } else if (foreign == null && !manifest.storeId().equals(storeId)) {
                otherStore = manifest.storeId();
                why = "of another store, " + manifest.storeId();
            } else if (!usedStore.isEmpty() && !usedStore.equals(manifest.storeId())) {
                why = "of another store than the newest one compared, " + manifest.storeId();
            } else if (!entry.faults().isEmpty()) {
                why = entry.faults().get(0);
            }
            Verifications.Verification verified = verifications.of(entry.id()).orElse(null);
            boolean usable = manifest != null
                    && entry.trust() != Trust.NONE
                    && (foreign != null || manifest.storeId().equals(storeId))
                    && (usedStore.isEmpty() || usedStore.equals(manifest.storeId()));
            HistoryUsed used = new HistoryUsed(
                    entry.id(),
                    manifest == null ? null : manifest.created(),
                    usable,
                    why,
                    manifest == null ? 0 : manifest.messages(),
                    verified == null ? null : verified.at(),
                    verified != null && verified.full(),
                    verified != null && verified.sound());
            all.add(used);
            if (usable && manifest != null) {
                usedStore = manifest.storeId();
                add(manifest, used);
            }
        }

        private void add(Manifest manifest, HistoryUsed used) {
            int number = snapshots.size();
            snapshots.add(new Snapshot(number, manifest.id(), manifest.created(), used));
            for (Manifest.User user : manifest.users()) {
                for (Manifest.Mailbox mailbox : user.mailboxes()) {
                    mailboxes
                            .computeIfAbsent(mailbox.id(), id -> new PastMailbox(user.name(), mailbox, number))
                            .add(mailbox, number);
                }
            }
        }

        History history(SnapshotCatalog catalog, Path keys) {
            SortedMap<String, List<PastMailbox>> users = new TreeMap<>();
            mailboxes.values().stream()
                    .sorted(Comparator.comparing(PastMailbox::id))
                    .forEach(past -> users.computeIfAbsent(past.user(), user -> new ArrayList<>())
                            .add(past));
            return new History(catalog, keys, all, snapshots, !usedStore.equals(storeId), users);
        }
    }

    /** All snapshots that were looked at, newest first. */
    List<HistoryUsed> all() {
        return all;
    }

    /** Those that are compared, newest first. */
    List<Snapshot> snapshots() {
        return snapshots;
    }

    Snapshot snapshot(int number) {
        return snapshots.get(number);
    }

    /** Verified whole ones first, then those verified quickly, then the others, and last those found damaged. */
    List<Snapshot> byWorth() {
        return byWorth;
    }

    /** Whether the snapshots are of another store than the live one, so that ids mean nothing here. */
    boolean foreign() {
        return foreign;
    }

    /** By user, the mailboxes by id. */
    SortedMap<String, List<PastMailbox>> users() {
        return users;
    }

    OpenedSnapshot open(Snapshot snapshot, Clock clock) {
        if (!snapshot.id().startsWith(AT)) {
            return catalog.openUnchained(snapshot.id(), clock);
        }
        try {
            return open(snapshot.id(), catalog, keys, clock);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Pulse.StoppedException();
        }
    }

    private static int worth(HistoryUsed used) {
        if (used.verified() == null) {
            return 2;
        }
        return !used.sound() ? 3 : used.full() ? 0 : 1;
    }
}
