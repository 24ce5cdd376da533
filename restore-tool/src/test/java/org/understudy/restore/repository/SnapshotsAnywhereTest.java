package org.understudy.restore.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.RepositoryFinding.Kind;
import org.understudy.restore.repository.backend.RepositoryPlace;
import org.understudy.restore.repository.backend.WriterLock;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.snapshot.SnapshotSource;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** What holds of snapshots wherever the repository lies. */
class SnapshotsAnywhereTest {
    @TempDir
    private Path root;

    private MailFixture mail;
    private KindOfPlace.Laid laid;

    private void set(KindOfPlace kind) throws Exception {
        mail = new MailFixture(root);
        laid = kind.in(root);
        mail.deliver("anna", "INBOX", 90, 6_000);
        mail.deliver("ben", "INBOX", 40, 6_000);
    }

    @AfterEach
    void close() throws Exception {
        mail.close();
        laid.close();
    }

    private TakeSnapshot.Result take(boolean reread) throws InterruptedException {
        return new TakeSnapshot().run(new TakeSnapshot.Request(reread), mail.workplace(laid.place()), Progress.SILENT);
    }

    private VerifyRepository.Result verify() throws InterruptedException {
        return new VerifyRepository()
                .run(new VerifyRepository.Request(true, List.of()), mail.workplace(laid.place()), Progress.SILENT);
    }

    private Manifest manifest(String id) {
        return new ManifestReader(
                        Repository.open(laid.place()),
                        TrustedKeys.load(mail.data().resolve("keys")))
                .read(id)
                .manifest();
    }

    private Manifest.StoredFile bodies(String id) {
        return manifest(id).files().stream()
                .filter(file -> file.columnFamily().equals("body"))
                .max(java.util.Comparator.comparingLong(Manifest.StoredFile::size))
                .orElseThrow();
    }

    /** Messages of a snapshot by user, mailbox and UID; those that cannot be read have no bytes. */
    private Map<MailFixture.Spot, byte[]> read(RepositoryPlace place) throws Exception {
        Map<MailFixture.Spot, byte[]> found = new HashMap<>();
        try (SnapshotSource source = SnapshotSource.open(
                Repository.open(place),
                "latest",
                TrustedKeys.load(mail.data().resolve("keys")),
                OpenedSnapshot.Assurance.TRUSTED_KEY,
                SnapshotSource.Selection.ALL,
                Clock.systemUTC())) {
            source.read(0, item -> {
                if (item instanceof SourceItem.Message message) {
                    found.put(
                            new MailFixture.Spot(
                                    message.mailbox().user(), message.mailbox().name(), message.uid()),
                            bytes(message));
                }
            });
        }
        return found;
    }

    private static byte[] bytes(SourceItem.Message message) throws IOException {
        try (var in = message.content().open()) {
            return in.readAllBytes();
        }
    }

    @ParameterizedTest
    @EnumSource
    void takesVerifiesListsAndReadsBack(KindOfPlace kind) throws Exception {
        set(kind);
        TakeSnapshot.Result first = take(false);
        mail.deliver("ben", "INBOX", 1, 2000);
        TakeSnapshot.Result second = take(false);
        assertThat(second.bytesReused()).isPositive();
        assertThat(second.warnings()).isEmpty();
        VerifyRepository.Result verified = verify();
        assertThat(verified.findings()).isEmpty();
        assertThat(verified.snapshots()).isEqualTo(2);
        assertThat(verified.unnamedObjects()).isZero();
        ListSnapshots.Result list =
                new ListSnapshots().run(new ListSnapshots.Request(), mail.workplace(laid.place()), Progress.SILENT);
        assertThat(list.snapshots()).extracting(ListSnapshots.Snapshot::id).containsExactly(first.id(), second.id());
        assertThat(list.snapshots()).extracting(ListSnapshots.Snapshot::trust).containsOnly(Trust.TRUSTED_KEY);
        Map<MailFixture.Spot, byte[]> found = read(laid.place());
        assertThat(found.keySet()).isEqualTo(mail.ledger.keySet());
        mail.ledger.forEach(
                (spot, one) -> assertThat(found.get(spot)).as("%s", spot).isEqualTo(one.bytes()));
    }

    @ParameterizedTest
    @EnumSource
    void damageIsFoundWithWhoseMailItConcernsAndMendedFromTheStore(KindOfPlace kind) throws Exception {
        set(kind);
        TakeSnapshot.Result first = take(false);
        Manifest.StoredFile body = bodies(first.id());
        laid.flip(ObjectFolder.name(body.sha256()), body.size() / 2);
        VerifyRepository.Result damaged = verify();
        assertThat(damaged.sound()).isFalse();
        assertThat(damaged.findings()).hasSize(1);
        RepositoryFinding finding = damaged.findings().get(0);
        assertThat(finding.kind()).isEqualTo(Kind.OBJECT_CONTENT);
        assertThat(finding.storeFile()).isEqualTo(body.name());
        assertThat(finding.affected()).isNotEmpty();
        long lost = finding.affected().stream()
                .mapToLong(RepositoryFinding.Affected::messages)
                .sum();
        assertThat(lost).as("of %d messages", mail.ledger.size()).isBetween(1L, 60L);

        Map<MailFixture.Spot, byte[]> rest = read(laid.place());
        assertThat(rest.size()).isGreaterThanOrEqualTo(mail.ledger.size() - (int) lost);
        Set<MailFixture.Spot> wrong = new HashSet<>();
        rest.forEach((spot, bytes) -> {
            if (!java.util.Arrays.equals(bytes, mail.ledger.get(spot).bytes())) {
                wrong.add(spot);
            }
        });
        assertThat(wrong).as("messages of other bytes than they had").isEmpty();

        TakeSnapshot.Result second = take(true);
        assertThat(second.warnings()).anyMatch(warning -> warning.contains(body.sha256()));
        assertThat(verify().findings()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void lostAndChangedFilesAreNamed(KindOfPlace kind) throws Exception {
        set(kind);
        TakeSnapshot.Result first = take(false);
        mail.deliver("ben", "INBOX", 1, 2000);
        TakeSnapshot.Result second = take(false);
        laid.flip(Repository.manifestName(first.id()), 200);
        assertThat(verify().findings())
                .anyMatch(one -> one.kind().damage() && one.snapshot().equals(first.id()))
                .anyMatch(one -> Set.of(Kind.MANIFEST_UNREADABLE, Kind.SIGNATURE_WRONG, Kind.CHAIN_BROKEN)
                        .contains(one.kind()));
        laid.flip(Repository.manifestName(first.id()), 200);
        assertThat(verify().findings()).isEmpty();
        laid.delete(Repository.manifestName(second.id()));
        assertThat(verify().findings()).extracting(RepositoryFinding::kind).contains(Kind.LATEST_MISSING);
        Manifest.StoredFile body = bodies(first.id());
        laid.delete(ObjectFolder.name(body.sha256()));
        assertThat(verify().findings())
                .anyMatch(one ->
                        one.kind() == Kind.OBJECT_MISSING && one.storeFile().equals(body.name()));
    }

    @ParameterizedTest
    @EnumSource
    void aSecondWriterIsRefusedWithTheNameOfTheFirst(KindOfPlace kind) throws Exception {
        set(kind);
        take(false);
        RepositoryPlace place = laid.place();
        try (WriterLock lock = place.backend().lock("pruning", Clock.systemUTC().instant())) {
            lock.requireHeld();
            OperatorException busy = (OperatorException) catchThrowable(() -> take(false));
            assertThat(busy.reason()).isEqualTo(Reason.BUSY);
            assertThat(busy).hasMessageContaining("pruning");
        }
        take(false);
        assertThat(verify().findings()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"BUCKET", "ENCRYPTED_BUCKET", "ENCRYPTED_DIRECTORY"})
    void whatWasFetchedIsUsedAgainAndLeavesNothingBehindButTheObjects(KindOfPlace kind) throws Exception {
        set(kind);
        take(false);
        read(laid.place());
        Path scratch = root.resolve("data/scratch");
        Manifest.StoredFile body =
                bodies(manifest(Repository.open(laid.place()).resolve("latest")).id());
        laid.delete(ObjectFolder.name(body.sha256()));
        // What is gone from the repository is gone from the snapshot, whatever a cache may hold.
        assertThat(read(laid.place()).size()).isLessThan(mail.ledger.size());
        try (Stream<Path> entries = Files.list(scratch)) {
            assertThat(entries.map(entry -> entry.getFileName().toString())).containsExactly("objects");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ENCRYPTED_DIRECTORY", "ENCRYPTED_BUCKET"})
    void withoutTheKeyItSaysWhichOneItTakes(KindOfPlace kind) throws Exception {
        set(kind);
        take(false);
        RepositoryKeys keys = new RepositoryKeys(laid.place(), Clock.systemUTC());
        String id = keys.list().keys().get(0).id();
        String text = Files.readString(laid.keyFile);
        Files.delete(laid.keyFile);
        OperatorException gone = (OperatorException) catchThrowable(() -> take(false));
        assertThat(gone).hasMessageContaining(id).hasMessageContaining(laid.keyFile.toString());
        assertThat(gone.reason()).isEqualTo(Reason.NOT_FOUND);
        Files.writeString(laid.keyFile, text);
        Files.setPosixFilePermissions(
                laid.keyFile, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));

        Path next = root.resolve("next.key");
        RepositoryKeys.Result rotated = keys.rotate(next);
        assertThat(rotated.keys()).hasSize(1);
        assertThat(rotated.keys().get(0).id()).isNotEqualTo(id);
        OperatorException old = (OperatorException) catchThrowable(() -> take(false));
        assertThat(old.reason()).isEqualTo(Reason.ACCESS_DENIED);
        assertThat(old).hasMessageContaining(rotated.keys().get(0).id());
        Files.move(next, laid.keyFile, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        take(false);
        assertThat(verify().findings()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"ENCRYPTED_DIRECTORY"})
    void aPlainReaderOfAnEncryptedRepositoryIsToldSo(KindOfPlace kind) throws Exception {
        set(kind);
        take(false);
        assertThat(catchThrowable(() -> Repository.open(mail.repository())))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("is encrypted");
        Files.delete(mail.repository().resolve("encryption.json"));
        Files.delete(mail.repository().resolve("encryption-copy.json"));
        assertThat(catchThrowable(() -> Repository.open(laid.place())))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining("encryption.json");
    }
}
