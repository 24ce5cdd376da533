package org.understudy.restore.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.incident.Concerned;
import org.understudy.restore.incident.IncidentHold;
import org.understudy.restore.incident.IncidentHolds;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.MailFixture.Mail;
import org.understudy.restore.repository.MailFixture.Spot;
import org.understudy.restore.repository.RepositoryFinding.Affected;
import org.understudy.restore.repository.RepositoryFinding.Kind;
import org.understudy.restore.repository.RepositoryFinding.Loss;
import org.understudy.restore.repository.backend.Durable;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.restore.workflow.StageRestore;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;

/**
 * The disaster that backups went through unseen: a bit flips in the live store, or in the repository, and backup after
 * backup builds on it. Each case is compared with the ledger, not with what the code under test says.
 */
class LabCaseTest {
    @TempDir
    private Path root;

    private MailFixture mail;
    private String first;

    @BeforeEach
    void makeMail() throws Exception {
        mail = new MailFixture(root);
        mail.deliver("anna", "INBOX", 120, 3000);
        mail.deliver("anna", "Projekte", 40, 3000);
        mail.deliver("ben", "INBOX", 60, 3000);
        first = mail.take().id();
    }

    @AfterEach
    void close() {
        mail.close();
    }

    private Manifest manifest(String id) {
        return new ManifestReader(
                        Repository.open(mail.repository()),
                        TrustedKeys.load(mail.data().resolve("keys")))
                .read(id)
                .manifest();
    }

    private Manifest.StoredFile table(String snapshot, String family) {
        return manifest(snapshot).files().stream()
                .filter(file -> file.columnFamily().equals(family))
                .max(java.util.Comparator.comparingLong(Manifest.StoredFile::size))
                .orElseThrow();
    }

    private Path live(Manifest.StoredFile file) {
        return mail.data().resolve("store").resolve(file.name());
    }

    private Path object(Manifest.StoredFile file) {
        return mail.repository().resolve(ObjectFolder.name(file.sha256()));
    }

    /** Flips a bit as a disk does: nobody has written, so the file's times stay as they are. */
    private static void rot(Path file, long offset) throws IOException {
        FileTime modified = Files.getLastModifiedTime(file);
        file.toFile().setWritable(true);
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(offset);
            int was = bytes.read();
            bytes.seek(offset);
            bytes.write(was ^ 16);
        }
        Files.setLastModifiedTime(file, modified);
    }

    private static Set<Spot> spots(List<Concerned> concerned, String what) {
        Set<Spot> spots = new TreeSet<>();
        for (Concerned one : concerned) {
            if (one.what().contains(what)) {
                UidSet uids = UidSet.parse(one.uids());
                assertThat(uids.size()).isEqualTo(one.messages());
                for (long uid : uids.slice(0, (int) uids.size())) {
                    spots.add(new Spot(one.user(), one.mailbox(), uid));
                }
            }
        }
        return spots;
    }

    /** Those that a plain reading of the live folder's tables cannot give; the store is closed meanwhile. */
    private Set<Spot> unreadableInLive(String what) throws Exception {
        Set<Spot> lost = new TreeSet<>();
        Path copy = root.resolve("plain");
        mail.whileClosed(() -> MailFixture.copyTree(mail.data().resolve("store"), copy));
        try (MailStore store = MailStore.openReadOnly(copy, MailFixture.options(), true)) {
            for (Map.Entry<Spot, Mail> entry : mail.ledger.entrySet()) {
                MailboxId mailbox = entry.getValue().mailbox();
                try {
                    var facts = store.messages().facts(mailbox, entry.getKey().uid());
                    if (what.equals("body") && !sameBytes(store, facts.orElseThrow(), entry.getValue())) {
                        lost.add(entry.getKey());
                    }
                } catch (CorruptionException e) {
                    lost.add(entry.getKey());
                }
            }
        }
        Durable.deleteTree(copy);
        return lost;
    }

    private static boolean sameBytes(
            MailStore store, org.understudy.storage.keyspace.MessageFacts facts, Mail expected) {
        return java.util.Arrays.equals(store.bodies().read(facts.body()), expected.bytes());
    }

    private void assertRefusedNaming(Manifest.StoredFile file, String family, String what, String truth)
            throws Exception {
        Set<Spot> lost = unreadableInLive(truth);
        assertThat(lost)
                .as("the damage hits something, and not all")
                .isNotEmpty()
                .hasSizeLessThan(200);
        mail.deliver("ben", "INBOX", 1, 2000);
        Set<String> before =
                new HashSet<>(Repository.open(mail.repository()).objects().all());

        assertThatThrownBy(() -> mail.take()).isInstanceOfSatisfying(OperatorException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.UNSOUND);
            assertThat(e).hasMessageContaining(file.name()).hasMessageContaining(family);
            Spot one = lost.iterator().next();
            assertThat(e).hasMessageContaining(one.user() + " " + one.mailbox() + " UID ");
            assertThat(e.hint()).contains("hold");
        });

        assertThat(Repository.open(mail.repository()).objects().all())
                .as("nothing was copied")
                .hasSameElementsAs(before);
        IncidentHold hold = IncidentHolds.of(mail.workplace()).state().on().getFirst();
        assertThat(hold.automatic()).isTrue();
        assertThat(hold.because()).contains(file.name());
        assertThat(spots(hold.concerned(), what)).isEqualTo(lost);
        // Whoever would prune the only good copies now is stopped.
        assertThatThrownBy(() -> RestoreOperations.pruneRepository()
                        .run(
                                new PruneRepository.Request(
                                        new org.understudy.restore.retention.RetentionRules(1, 0, 0, 0, 0, 0), false),
                                mail.workplace(),
                                Progress.SILENT))
                .hasMessageContaining("incident hold");
        assertThat(mail.verify(true).findings()).isEmpty();
    }

    @Test
    void bitThatFlipsInALiveTableOfBodiesStopsTheSnapshotAndNamesWhoseMailItIs() throws Exception {
        Manifest.StoredFile body = table(first, "body");
        rot(live(body), body.size() / 3);
        assertRefusedNaming(body, "body", "cannot be read as it was stored", "body");
    }

    @Test
    void bitThatFlipsInALiveTableOfRowsStopsTheSnapshotAndNamesWhoseMailItIs() throws Exception {
        Manifest.StoredFile rows = table(first, "message");
        rot(live(rows), rows.size() / 3);
        assertRefusedNaming(rows, "message", "the row that leads to the message", "row");
    }

    @Test
    void bitThatFlipsInAFooterLosesTheWholeTableAndThatIsSaid() throws Exception {
        Manifest.StoredFile body = table(first, "body");
        rot(live(body), body.size() - 20);
        assertThatThrownBy(() -> mail.take())
                .isInstanceOfSatisfying(
                        OperatorException.class,
                        e -> assertThat(e)
                                .hasMessageContaining(body.name())
                                .hasMessageContaining("anna INBOX UID 1:120: the message cannot be read")
                                .hasMessageContaining("ben INBOX UID 1:60: the message cannot be read"));
    }

    @Test
    void bitThatFlipsInTheRepositoryIsFoundByVerifyingAndMendedByTheNextSnapshotWhichSaysSo() throws Exception {
        Manifest.StoredFile body = table(first, "body");
        rot(object(body), body.size() / 2);

        VerifyRepository.Result verified = mail.verify(true);
        assertThat(verified.sound()).isFalse();
        assertThat(verified.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.OBJECT_CONTENT);
            assertThat(finding.affected()).isNotEmpty();
        });
        assertThat(IncidentHolds.of(mail.workplace()).state().on())
                .singleElement()
                .satisfies(hold -> {
                    assertThat(hold.by()).isEqualTo("repo verify");
                    assertThat(hold.concerned()).isNotEmpty();
                });
        IncidentHolds.of(mail.workplace()).release("test", "so that it can be seen that the snapshot sets one too");

        TakeSnapshot.Result next = mail.take();

        assertThat(next.warnings()).anyMatch(text -> text.contains(body.sha256()) && text.contains("replaced"));
        assertThat(IncidentHolds.of(mail.workplace()).state().frozen()).isTrue();
        assertThat(mail.verify(true).findings()).isEmpty();
    }

    @Test
    void objectThatIsGoneOrCutIsReplacedFromTheLiveStoreWhileThatHasIt() throws Exception {
        Manifest.StoredFile body = table(first, "body");
        Files.delete(object(body));
        Manifest.StoredFile rows = table(first, "message");
        object(rows).toFile().setWritable(true);
        try (FileChannel channel = FileChannel.open(object(rows), StandardOpenOption.WRITE)) {
            channel.truncate(rows.size() / 2);
        }
        TakeSnapshot.Result next = mail.take();
        assertThat(next.warnings())
                .anyMatch(text -> text.contains(rows.sha256()))
                .anyMatch(text -> text.contains(body.sha256()));
        assertThat(IncidentHolds.of(mail.workplace()).state().on()).hasSize(2);
        assertThat(mail.verify(true).findings()).isEmpty();
    }

    /** Several snapshots later the live store has written its rows into other tables, so there is another copy. */
    private String untilTablesAreOthers(String family) throws Exception {
        Set<String> names = new HashSet<>();
        manifest(first).files().stream()
                .filter(file -> file.columnFamily().equals(family))
                .forEach(file -> names.add(file.sha256()));
        String last = first;
        for (int i = 0; i < 12; i++) {
            mail.deliver("anna", "INBOX", 3, 1000);
            mail.deliver("ben", "INBOX", 3, 1000);
            last = mail.take().id();
            if (manifest(last).files().stream().noneMatch(file -> names.contains(file.sha256()))) {
                return last;
            }
        }
        throw new AssertionError("no compaction of " + family + " in twelve snapshots");
    }

    @Test
    void restoreTakesWhatADamagedSnapshotHasLostFromAnother() throws Exception {
        Map<Spot, Mail> then = new java.util.TreeMap<>(mail.ledger);
        String last = untilTablesAreOthers("message");
        Manifest.StoredFile rows = table(first, "message");
        rot(object(rows), rows.size() / 3);
        TakeSnapshot.Result later = mail.take();
        assertThat(later.id()).isNotEqualTo(last);

        VerifyRepository.Result verified = mail.verify(true);
        RepositoryFinding finding = verified.findings().stream()
                .filter(one ->
                        one.storeFile().equals(rows.name()) && one.snapshot().equals(first))
                .findFirst()
                .orElseThrow();
        long lost = finding.affected().stream()
                .filter(one -> one.loss() == Loss.MESSAGE)
                .mapToLong(Affected::messages)
                .sum();
        assertThat(lost).isPositive().isLessThan(then.size());
        assertThat(finding.hint()).contains("--snapshot " + first + " --against snapshot:" + later.id());

        Path data = root.resolve("elsewhere");
        Files.createDirectories(data);
        MailFixture.copyTree(mail.data().resolve("keys"), data.resolve("keys"));
        try (MailStore live = MailStore.open(data.resolve("store"), MailFixture.options())) {
            Workplace workplace = new Workplace(live, data, mail.repository(), Clock.systemUTC());
            String id = RestoreOperations.stage()
                    .run(
                            new StageRestore.Request(
                                    "",
                                    "",
                                    "snapshot:" + first,
                                    Map.of(),
                                    Set.of(),
                                    -1,
                                    List.of("snapshot:" + later.id())),
                            workplace,
                            Progress.SILENT)
                    .id();
            try (ShadowStore shadow = ShadowStore.open(workplace.shadows(), id, Clock.systemUTC())) {
                assertHolds(shadow.store(), then);
            }
        }
    }

    /** Every message of the ledger is in the store, byte for byte, whatever its UID there. */
    private static void assertHolds(MailStore store, Map<Spot, Mail> ledger) {
        Map<String, Set<String>> digests = new java.util.HashMap<>();
        for (Map.Entry<Spot, Mail> entry : ledger.entrySet()) {
            Spot spot = entry.getKey();
            Set<String> there = digests.computeIfAbsent(spot.user() + "/" + spot.mailbox(), name -> {
                Set<String> found = new HashSet<>();
                MailboxId mailbox = store.mailboxes()
                        .find(MailboxPath.of(spot.user(), spot.mailbox()))
                        .orElseThrow()
                        .id();
                store.messages()
                        .scan(
                                mailbox,
                                1,
                                store.mailboxes().state(mailbox).uidNext() - 1,
                                facts -> found.add(Durable.digest(store.bodies().read(facts.body()))
                                        .toString()));
                return found;
            });
            assertThat(there)
                    .as("%s", spot)
                    .contains(Durable.digest(entry.getValue().bytes()).toString());
        }
    }

    @Test
    void partsTogetherFindWhatAFullVerificationFindsAndCountAsOne() throws Exception {
        Manifest.StoredFile body = table(first, "body");
        TrustedKeys keys = TrustedKeys.load(mail.data().resolve("keys"));
        Repository repository = Repository.open(mail.repository());
        long read = 0;
        for (int part = 1; part <= 5; part++) {
            assertThat(Verifications.read(keys.folder(), repository).of(first))
                    .as("before part %s", part)
                    .matches(seen -> seen.isEmpty() || !seen.get().full());
            VerifyRepository.Result result = subset("next/5");
            assertThat(result.subset()).isEqualTo(part + "/5");
            assertThat(result.findings()).isEmpty();
            read += result.bytesRead();
        }
        assertThat(read)
                .as("the parts are all there is, each byte once")
                .isEqualTo(mail.verify(true).bytesRead());
        assertThat(subset("next/5").subset())
                .as("the one that was read longest ago")
                .isEqualTo("1/5");

        rot(object(body), body.size() / 2);
        int found = 0;
        for (int part = 1; part <= 5; part++) {
            VerifyRepository.Result result = subset(part + "/5");
            found += result.findings().size();
            if (!result.sound()) {
                assertThat(result.findings().getFirst().affected()).isNotEmpty();
            }
        }
        assertThat(found).isEqualTo(1);
        assertThat(Verifications.read(keys.folder(), repository)
                        .of(first)
                        .orElseThrow()
                        .sound())
                .as("parts that are sound do not make up for the one that is not")
                .isFalse();
        mail.take();
        for (int part = 1; part <= 5; part++) {
            subset(part + "/5");
        }
        assertThat(Verifications.read(keys.folder(), repository).of(first).orElseThrow())
                .as("mended, and all of it read again")
                .matches(seen -> seen.sound() && seen.full());
    }

    @Test
    void whatTheRotationReadsEarlierDoesNotCountForASnapshotThatCameLater() throws Exception {
        for (int part = 1; part <= 2; part++) {
            subset(part + "/3");
        }
        String second = mail.take().id();
        subset("3/3");
        Verifications seen = Verifications.read(mail.data().resolve("keys"), Repository.open(mail.repository()));
        assertThat(seen.of(first).orElseThrow().full()).isTrue();
        assertThat(seen.of(second).orElseThrow().full()).isFalse();
    }

    @Test
    void wordsThatAreNoPartAreRefused() {
        for (String word : List.of("0/7", "8/7", "next", "1/0", "1/2/3", "-1/7", "next/1001", "x/7")) {
            assertThatThrownBy(() -> subset(word))
                    .as(word)
                    .isInstanceOfSatisfying(
                            OperatorException.class, e -> assertThat(e.reason()).isEqualTo(Reason.USAGE));
        }
    }

    private VerifyRepository.Result subset(String words) throws InterruptedException {
        return new VerifyRepository()
                .run(new VerifyRepository.Request(false, List.of(), words), mail.workplace(), Progress.SILENT);
    }
}
