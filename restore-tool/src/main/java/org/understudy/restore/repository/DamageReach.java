package org.understudy.restore.repository;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.understudy.restore.repository.RepositoryFinding.Affected;
import org.understudy.restore.repository.RepositoryFinding.Loss;
import org.understudy.storage.OperatorException;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.MessageFacts;

/**
 * Finds out whose mail the damaged files of one snapshot concern: opens it without them or with what is left of them,
 * reads the rows and compares them with the manifest, and reads every body that lies in a damaged table.
 */
final class DamageReach {
    private static final Set<String> NEEDED_FOR_FLAGS = Stream.of(
                    Family.FLAG_CHUNK, Family.FLAG_OVERRIDE, Family.KEYWORD, Family.MAILBOX, Family.STATE)
            .map(Family::columnFamily)
            .collect(Collectors.toUnmodifiableSet());

    private final Manifest manifest;
    private final List<Manifest.StoredFile> damaged;
    private final List<BodyRange> damagedBodies;
    private final Meter meter;
    private final Map<Place, UidSet.Builder> lost = new HashMap<>();
    private final List<Manifest.StoredFile> anywhere;

    /** The file is that which is to blame, or null where every file is as it was. */
    private record Place(String file, String user, long mailboxId, String mailbox, Loss loss) {
        static Place of(String file, Manifest.User user, Manifest.Mailbox mailbox, Loss loss) {
            return new Place(file, user.name(), mailbox.id(), mailbox.name(), loss);
        }
    }

    private DamageReach(Manifest manifest, Collection<Manifest.StoredFile> damaged, Meter meter) {
        this.manifest = manifest;
        this.damaged = List.copyOf(damaged);
        this.damagedBodies = BodyRange.of(this.damaged);
        this.meter = meter;
        this.anywhere = this.damaged.stream().filter(FileMeaning::concernsAll).toList();
    }

    /**
     * @param byFile by name of the file; without an entry if nobody's mail is concerned
     * @param unexplained what differs from the manifest though no damaged file accounts for it
     * @param cannotOpen why the database cannot be opened at all, or empty
     */
    record Reach(Map<String, List<Affected>> byFile, List<Affected> unexplained, String cannotOpen) {}

    /** @param damaged not empty */
    static Reach of(
            Repository repository,
            Manifest manifest,
            Collection<Manifest.StoredFile> damaged,
            ObjectCheck check,
            Clock clock,
            Meter meter)
            throws InterruptedException {
        DamageReach reach = new DamageReach(manifest, damaged, meter);
        String cannotOpen = "";
        try (OpenedSnapshot snapshot = OpenedSnapshot.open(repository, manifest, Trust.NONE, List.of(), check, clock)) {
            reach.scan(snapshot);
        } catch (OperatorException e) {
            cannotOpen = SnapshotRows.text(e);
            reach.loseEverything();
        } catch (IOException e) {
            throw Refusal.io("removing temporary links to", repository.location(), e);
        }
        return reach.result(cannotOpen);
    }

    private void loseEverything() {
        List<Manifest.StoredFile> toBlame = anywhere.isEmpty() ? damaged : anywhere;
        for (Manifest.User user : manifest.users()) {
            for (Manifest.Mailbox mailbox : user.mailboxes()) {
                UidSet uids = UidSet.parse(mailbox.uids());
                for (int group = 0; group < SnapshotRows.groups(mailbox); group++) {
                    for (long uid : uids.slice((long) group * MerkleTree.GROUP, MerkleTree.GROUP)) {
                        add(toBlame, user, mailbox, Loss.MESSAGE, uid);
                    }
                }
            }
        }
    }

    private void scan(OpenedSnapshot snapshot) throws InterruptedException {
        SnapshotRows rows = snapshot.rows();
        BodyReading bodies = new BodyReading(snapshot.store());
        meter.begin("reading what is left of snapshot " + manifest.id(), manifest.messages(), "messages");
        for (Manifest.User user : manifest.users()) {
            for (Manifest.Mailbox mailbox : user.mailboxes()) {
                UidSet uids = UidSet.parse(mailbox.uids());
                for (int i = 0; i < SnapshotRows.groups(mailbox); i++) {
                    SnapshotRows.Group group = rows.read(mailbox, uids, i);
                    judgeRows(user, mailbox, group);
                    readBodies(user, mailbox, group, bodies);
                    meter.done(group.rows().size());
                }
            }
        }
    }

    private void judgeRows(Manifest.User user, Manifest.Mailbox mailbox, SnapshotRows.Group group) {
        boolean allFlags = true;
        for (SnapshotRows.Row row : group.rows()) {
            if (row.facts() == null) {
                add(covering(mailbox, row.uid(), Family.MESSAGE), user, mailbox, Loss.MESSAGE, row.uid());
            } else if (!group.contentProven()) {
                add(coveringGroup(mailbox, group), user, mailbox, Loss.UNPROVEN, row.uid());
            }
            if (row.facts() != null && row.flags() == null) {
                allFlags = false;
                add(flagFiles(mailbox, row.uid()), user, mailbox, Loss.FLAGS, row.uid());
            }
        }
        if (group.contentProven() && allFlags && !group.proven()) {
            // Flags can be read and are not those of the manifest: older rows have come back, or others were put there.
            boolean blamed = false;
            for (SnapshotRows.Row row : group.rows()) {
                List<Manifest.StoredFile> files = flagFiles(mailbox, row.uid());
                if (!files.isEmpty()) {
                    blamed = true;
                    add(files, user, mailbox, Loss.FLAGS, row.uid());
                }
            }
            if (!blamed) {
                group.rows().forEach(row -> add(List.of(), user, mailbox, Loss.FLAGS, row.uid()));
            }
        }
    }

    private void readBodies(Manifest.User user, Manifest.Mailbox mailbox, SnapshotRows.Group group, BodyReading bodies)
            throws InterruptedException {
        for (SnapshotRows.Row row : group.rows()) {
            MessageFacts facts = row.facts();
            if (facts == null) {
                continue;
            }
            List<Manifest.StoredFile> files = new ArrayList<>(BodyRange.covering(damagedBodies, facts.body()));
            files.addAll(anywhere);
            if (!files.isEmpty() && bodies.fault(facts).isPresent()) {
                add(files, user, mailbox, Loss.BODY, row.uid());
            }
            if (!files.isEmpty()) {
                meter.bytes(facts.size());
            }
        }
    }

    private List<Manifest.StoredFile> covering(Manifest.Mailbox mailbox, long uid, Family family) {
        String key = OpenedSnapshot.messageKey(mailbox, uid);
        List<Manifest.StoredFile> files = new ArrayList<>(anywhere);
        damaged.stream().filter(file -> file.covers(family.columnFamily(), key)).forEach(files::add);
        return files;
    }

    private List<Manifest.StoredFile> coveringGroup(Manifest.Mailbox mailbox, SnapshotRows.Group group) {
        return group.rows().stream()
                .flatMap(row -> covering(mailbox, row.uid(), Family.MESSAGE).stream())
                .distinct()
                .toList();
    }

    /** Those that hold the flags of a message, else all without which flags cannot be read. */
    private List<Manifest.StoredFile> flagFiles(Manifest.Mailbox mailbox, long uid) {
        List<Manifest.StoredFile> files = covering(mailbox, uid, Family.FLAG_OVERRIDE);
        String chunk = OpenedSnapshot.messageKey(mailbox, uid / 1024);
        damaged.stream()
                .filter(file -> file.covers(Family.FLAG_CHUNK.columnFamily(), chunk))
                .forEach(files::add);
        if (files.isEmpty()) {
            // A scan of a column family meets every young table of it, whatever keys that holds.
            damaged.stream()
                    .filter(file -> NEEDED_FOR_FLAGS.contains(file.columnFamily()))
                    .forEach(files::add);
        }
        return files;
    }

    private void add(
            List<Manifest.StoredFile> files, Manifest.User user, Manifest.Mailbox mailbox, Loss loss, long uid) {
        if (files.isEmpty()) {
            lost.computeIfAbsent(Place.of("", user, mailbox, loss), place -> new UidSet.Builder())
                    .add(uid);
        }
        for (Manifest.StoredFile file : files) {
            lost.computeIfAbsent(Place.of(file.name(), user, mailbox, loss), place -> new UidSet.Builder())
                    .add(uid);
        }
    }

    private Reach result(String cannotOpen) {
        Map<String, List<Affected>> byFile = new TreeMap<>();
        lost.forEach((place, builder) -> {
            UidSet uids = builder.build();
            byFile.computeIfAbsent(place.file(), file -> new ArrayList<>())
                    .add(new Affected(
                            place.loss(),
                            place.user(),
                            place.mailbox(),
                            place.mailboxId(),
                            uids.size(),
                            uids.toString()));
        });
        for (List<Affected> affected : byFile.values()) {
            affected.sort(Comparator.comparing(Affected::user)
                    .thenComparing(Affected::mailbox)
                    .thenComparing(Affected::loss));
        }
        List<Affected> unexplained = byFile.remove("");
        return new Reach(byFile, unexplained == null ? List.of() : unexplained, cannotOpen);
    }
}
