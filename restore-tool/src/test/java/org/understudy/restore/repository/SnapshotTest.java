package org.understudy.restore.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.backend.Durable;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

class SnapshotTest {
    @TempDir
    private Path root;

    private MailFixture mail;

    @BeforeEach
    void makeMail() throws Exception {
        mail = new MailFixture(root);
        mail.deliver("anna", "INBOX", 150, 3000);
        mail.deliver("anna", "Archiv.2025 \u00fc", 20, 3000);
        mail.deliver("ben", "INBOX", 30, 3000);
        mail.expunge("anna", "INBOX", List.of(3L, 4L, 150L));
        mail.flag("anna", "INBOX", List.of(7L), org.understudy.storage.keyspace.Flags.ANSWERED);
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

    @Test
    void manifestCountsWhatIsInTheStore() throws Exception {
        TakeSnapshot.Result result = mail.take();
        assertThat(result.messages()).isEqualTo(mail.ledger.size());
        assertThat(result.mailboxes()).isEqualTo(3);
        assertThat(result.users()).isEqualTo(2);
        assertThat(result.warnings()).isEmpty();
        Manifest manifest = manifest(result.id());
        Manifest.Mailbox inbox = manifest.users().get(0).mailboxes().stream()
                .filter(mailbox -> mailbox.name().equals("INBOX"))
                .findFirst()
                .orElseThrow();
        assertThat(inbox.uids()).isEqualTo("1:2,5:149");
        assertThat(inbox.uidNext()).isEqualTo(151);
        assertThat(inbox.bytes())
                .isEqualTo(mail.ledger.entrySet().stream()
                        .filter(e -> e.getKey().user().equals("anna")
                                && e.getKey().mailbox().equals("INBOX"))
                        .mapToLong(e -> e.getValue().bytes().length)
                        .sum());
        Map<String, Long> months = mail.ledger.entrySet().stream()
                .filter(e ->
                        e.getKey().user().equals("anna") && e.getKey().mailbox().equals("INBOX"))
                .collect(Collectors.groupingBy(
                        e -> e.getValue().date().toString().substring(0, 7), TreeMap::new, Collectors.counting()));
        assertThat(inbox.months()).isEqualTo(months).hasSizeGreaterThan(1);
        assertThat(manifest.files()).anyMatch(file -> file.columnFamily().equals("body"));
        assertThat(manifest.storeId()).isEqualTo(mail.store().storeId());
        VerifyRepository.Result verified = mail.verify(true);
        assertThat(verified.findings()).isEmpty();
        assertThat(verified.sound()).isTrue();
        assertThat(verified.bytesRead()).isEqualTo(result.bytesCopied());
    }

    @Test
    void secondSnapshotOfLittleChangeCopiesLittle() throws Exception {
        mail.deliver("carl", "INBOX", 100, 40_000);
        TakeSnapshot.Result first = mail.take();
        mail.deliver("ben", "INBOX", 1, 2000);
        TakeSnapshot.Result second = mail.take();
        assertThat(second.bytesReused()).isGreaterThan(first.bytesCopied() / 2);
        assertThat(second.bytesCopied()).isLessThan(first.bytesCopied() / 4);
        assertThat(manifest(second.id()).predecessor()).isNotNull();
        assertThat(manifest(second.id()).predecessor().id()).isEqualTo(first.id());
        assertThat(mail.verify(true).findings()).isEmpty();
        ListSnapshots.Result list =
                new ListSnapshots().run(new ListSnapshots.Request(), mail.workplace(), Progress.SILENT);
        assertThat(list.snapshots()).extracting(ListSnapshots.Snapshot::id).containsExactly(first.id(), second.id());
        assertThat(list.snapshots()).extracting(ListSnapshots.Snapshot::trust).containsOnly(Trust.TRUSTED_KEY);
        assertThat(list.snapshots().get(1).messages()).isEqualTo(mail.ledger.size());
    }

    @Test
    void objectsAreReadOnlyAndThePrivateKeyIsForItsOwnerAndOutsideTheRepository() throws Exception {
        mail.take();
        Path key = mail.data().resolve("keys").resolve("snapshot-signing.pem");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        try (Stream<Path> files = Files.walk(mail.repository())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain("PRIVATE KEY");
                if (file.startsWith(mail.repository().resolve("objects"))) {
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("r--r-----");
                    assertThat(Durable.digest(Files.readAllBytes(file)).toString())
                            .isEqualTo(file.getFileName().toString());
                }
            }
        }
    }

    @Test
    void twoWritersDoNotMeetAndTheSecondLearnsWhoTheFirstIs() throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread first = new Thread(() -> {
            try {
                new TakeSnapshot(step -> {
                            if (step == Step.EXAMINED) {
                                reached.countDown();
                                awaitUnchecked(goOn);
                            }
                        })
                        .run(new TakeSnapshot.Request(false), mail.workplace(), Progress.SILENT);
            } catch (Throwable e) {
                failure.set(e);
            }
        });
        first.start();
        reached.await();
        try {
            assertThatThrownBy(() -> mail.take()).isInstanceOfSatisfying(OperatorException.class, e -> {
                assertThat(e.reason()).isEqualTo(Reason.BUSY);
                assertThat(e)
                        .hasMessageContaining(
                                "process " + ProcessHandle.current().pid());
                assertThat(e).hasMessageContaining("taking a snapshot");
            });
        } finally {
            goOn.countDown();
            first.join();
        }
        assertThat(failure.get()).isNull();
        assertThat(Repository.open(mail.repository()).snapshotIds()).hasSize(1);
        mail.take();
        assertThat(mail.verify(true).findings()).isEmpty();
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void interruptStopsItAndTheNextSnapshotIsWhole() throws Exception {
        TakeSnapshot stopped = new TakeSnapshot(step -> {
            if (step == Step.OBJECT_STORED) {
                Thread.currentThread().interrupt();
            }
        });
        assertThatThrownBy(() -> stopped.run(new TakeSnapshot.Request(false), mail.workplace(), Progress.SILENT))
                .isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
        assertThat(Repository.open(mail.repository()).snapshotIds()).isEmpty();
        assertThat(mail.data().resolve("snapshot-in-progress")).doesNotExist();
        mail.take();
        assertThat(mail.verify(true).findings()).isEmpty();
    }

    @Test
    void rottenStoreIsRefusedBeforeItIsCopied() throws Exception {
        TakeSnapshot.Result first = mail.take();
        Manifest.StoredFile body = manifest(first.id()).files().stream()
                .filter(file -> file.columnFamily().equals("body"))
                .findFirst()
                .orElseThrow();
        flip(mail.data().resolve("store").resolve(body.name()), body.size() / 2);
        mail.deliver("ben", "INBOX", 1, 2000);
        assertThatThrownBy(() -> mail.take()).isInstanceOfSatisfying(OperatorException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.UNSOUND);
            assertThat(e).hasMessageContaining(body.name()).hasMessageContaining(body.sha256());
        });
        assertThat(Repository.open(mail.repository()).snapshotIds()).containsExactly(first.id());
        assertThat(mail.verify(true).findings()).isEmpty();
    }

    @Test
    void storeThatIsRottenAtItsFirstSnapshotIsRefusedNamingMailboxAndUid() throws Exception {
        Manifest manifest = takeElsewhere();
        Manifest.StoredFile body = manifest.files().stream()
                .filter(file -> file.columnFamily().equals("body"))
                .findFirst()
                .orElseThrow();
        flip(mail.data().resolve("store").resolve(body.name()), body.size() / 2);
        assertThatThrownBy(() -> mail.take()).isInstanceOfSatisfying(OperatorException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.UNSOUND);
            assertThat(e).hasMessageContaining(body.name()).hasMessageContaining("UID");
        });
        assertThat(Repository.open(mail.repository()).snapshotIds()).isEmpty();
    }

    @Test
    void rottenTableThatNoMessageNeedsIsRefused() throws Exception {
        Manifest manifest = takeElsewhere();
        Manifest.StoredFile index = manifest.files().stream()
                .filter(file -> file.columnFamily().equals("body-index"))
                .findFirst()
                .orElseThrow();
        flip(mail.data().resolve("store").resolve(index.name()), index.size() / 3);
        assertThatThrownBy(() -> mail.take()).isInstanceOfSatisfying(OperatorException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.UNSOUND);
            assertThat(e).hasMessageContaining(index.name()).hasMessageContaining("body-index");
        });
        assertThat(Repository.open(mail.repository()).snapshotIds()).isEmpty();
    }

    /** Another repository's snapshot brings the rows from memory into tables, which can rot then. */
    private Manifest takeElsewhere() throws Exception {
        TakeSnapshot.Result other = new TakeSnapshot()
                .run(new TakeSnapshot.Request(false), mail.workplace(root.resolve("other")), Progress.SILENT);
        return new ManifestReader(
                        Repository.open(root.resolve("other")),
                        TrustedKeys.load(mail.data().resolve("keys")))
                .read(other.id())
                .manifest();
    }

    @Test
    void damagedObjectIsMendedFromTheStoreWhenRereading() throws Exception {
        TakeSnapshot.Result first = mail.take();
        Manifest.StoredFile body = manifest(first.id()).files().stream()
                .filter(file -> file.columnFamily().equals("body"))
                .findFirst()
                .orElseThrow();
        flip(mail.repository().resolve(ObjectFolder.name(body.sha256())), body.size() / 2);
        assertThat(mail.verify(true).sound()).isFalse();
        TakeSnapshot.Result second =
                new TakeSnapshot().run(new TakeSnapshot.Request(true), mail.workplace(), Progress.SILENT);
        assertThat(second.warnings()).anyMatch(warning -> warning.contains(body.sha256()));
        assertThat(mail.verify(true).findings()).isEmpty();
    }

    @Test
    void foldersThatAreNoRepositoryAreRefusedWithWords() throws Exception {
        assertThatThrownBy(() -> Repository.open(root.resolve("nowhere")))
                .isInstanceOfSatisfying(OperatorException.class, e -> {
                    assertThat(e.reason()).isEqualTo(Reason.REPOSITORY);
                    assertThat(e).hasMessageContaining("there is no repository at");
                });
        Files.createDirectories(mail.repository());
        Files.writeString(mail.repository().resolve("letter.txt"), "hello");
        assertThatThrownBy(() -> mail.take()).hasMessageContaining("letter.txt");
        Files.delete(mail.repository().resolve("letter.txt"));
        mail.take();
        Path format = mail.repository().resolve("format.json");
        String text = Files.readString(format);
        Files.delete(format);
        Files.writeString(format, text.replace("\"version\" : 1", "\"version\" : 2"));
        assertThatThrownBy(() -> mail.verify(false)).isInstanceOfSatisfying(OperatorException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.REPOSITORY);
            assertThat(e).hasMessageContaining("format version 2");
            assertThat(e.hint()).contains("newer version");
        });
    }

    @Test
    void idsGrowEvenIfTheClockDoesNot() {
        java.util.random.RandomGenerator random = new java.util.Random(1);
        List<String> ids = new java.util.ArrayList<>();
        java.time.Instant now = java.time.Instant.parse("2026-05-27T02:00:00Z");
        for (int i = 0; i < 50; i++) {
            ids.add(SnapshotTaker.nextId(now.minusSeconds(i % 7), ids, random));
        }
        assertThat(ids)
                .isSorted()
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("2026-05-27T02\\d{4}Z-[0-9a-f]{6}"));
    }

    @Test
    void snapshotOfAnEmptyStoreIsSound() throws Exception {
        Path empty = root.resolve("empty");
        try (MailFixture none = new MailFixture(empty)) {
            assertThat(none.take().messages()).isZero();
            assertThat(none.verify(true).findings()).isEmpty();
        }
    }

    static void flip(Path file, long offset) throws Exception {
        try (java.io.RandomAccessFile bytes = new java.io.RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(offset);
            int was = bytes.read();
            bytes.seek(offset);
            bytes.write(was ^ 0x40);
        }
    }
}
