package org.understudy.restore.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.understudy.restore.repository.MailFixture.Mail;
import org.understudy.restore.repository.MailFixture.Spot;
import org.understudy.restore.repository.RepositoryFinding.Affected;
import org.understudy.restore.repository.RepositoryFinding.Kind;
import org.understudy.restore.repository.RepositoryFinding.Loss;
import org.understudy.restore.repository.backend.Durable;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Witness;
import org.understudy.restore.source.snapshot.SnapshotSource;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.keyspace.MessageFacts;
import org.understudy.storage.keyspace.MessageFlags;

/**
 * Damages files of a snapshot, and compares what verifying and restoring say with what a plain copy of the damaged
 * database gives for each message of the ledger.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DamageTest {
    private static final List<Set<String>> SWAPPABLE = List.of(Set.of("body"), Set.of("message"));

    private Path root;
    private MailFixture mail;
    private Manifest manifest;

    @TempDir
    private Path scratch;

    private Path damaged;
    private int copies;

    @BeforeAll
    void takeSnapshots(@TempDir Path folder) throws Exception {
        root = folder;
        mail = new MailFixture(root);
        mail.deliver("anna", "INBOX", 300, 3000);
        mail.deliver("anna", "Projekte", 40, 30_000);
        mail.deliver("ben", "INBOX", 150, 2000);
        mail.expunge("anna", "INBOX", List.of(10L, 11L, 200L));
        mail.take();
        mail.deliver("carl", "INBOX", 60, 5000);
        mail.deliver("anna", "INBOX", 30, 3000);
        mail.flag("ben", "INBOX", List.of(5L, 6L), org.understudy.storage.keyspace.Flags.DELETED);
        String last = mail.take().id();
        manifest = new ManifestReader(Repository.open(mail.repository()), keys())
                .read(last)
                .manifest();
    }

    @BeforeEach
    void copyRepository() throws IOException {
        damaged = root.resolve("copy" + copies++);
        MailFixture.copyTree(mail.repository(), damaged);
    }

    @AfterEach
    void removeCopy() throws IOException {
        Durable.deleteTree(damaged);
    }

    @AfterAll
    void close() {
        mail.close();
    }

    private TrustedKeys keys() {
        return TrustedKeys.load(mail.data().resolve("keys"));
    }

    /** What can be had of each message of the ledger, found without the code under test. */
    private record Truth(Set<Spot> noRow, Set<Spot> noBody, Set<Spot> noFlags) {}

    private Truth truth() throws IOException {
        Path folder = scratch.resolve("truth" + copies);
        for (Manifest.StoredFile file : manifest.files()) {
            Path object = damaged.resolve("objects")
                    .resolve(file.sha256().substring(0, 2))
                    .resolve(file.sha256());
            Path target = folder.resolve(file.name());
            Files.createDirectories(target.getParent());
            if (Files.exists(object) && Files.size(object) == file.size()) {
                Files.copy(object, target);
            }
        }
        Truth truth = new Truth(new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
        try (MailStore store = MailStore.openReadOnly(folder, MailFixture.options(), true)) {
            for (Map.Entry<Spot, Mail> entry : mail.ledger.entrySet()) {
                Spot spot = entry.getKey();
                Mail expected = entry.getValue();
                MessageFacts facts = null;
                try {
                    facts = store.messages()
                            .facts(expected.mailbox(), spot.uid())
                            .orElse(null);
                } catch (CorruptionException | OperatorException e) {
                    assertThat(e.getMessage()).isNotBlank();
                }
                if (facts == null) {
                    truth.noRow.add(spot);
                    continue;
                }
                try {
                    if (!Arrays.equals(store.bodies().read(facts.body()), expected.bytes())) {
                        truth.noBody.add(spot);
                    }
                } catch (CorruptionException | OperatorException e) {
                    truth.noBody.add(spot);
                }
                try {
                    MessageFlags flags = store.messages()
                            .flags(expected.mailbox(), spot.uid())
                            .orElse(null);
                    if (flags == null || !flags.flags().equals(expected.flags())) {
                        truth.noFlags.add(spot);
                    }
                } catch (CorruptionException | OperatorException e) {
                    truth.noFlags.add(spot);
                }
            }
        }
        Durable.deleteTree(folder);
        return truth;
    }

    private static Set<Spot> spots(List<RepositoryFinding> findings, Loss loss) {
        Set<Spot> spots = new TreeSet<>();
        for (RepositoryFinding finding : findings) {
            for (Affected affected : finding.affected()) {
                if (affected.loss() == loss) {
                    UidSet uids = UidSet.parse(affected.uids());
                    assertThat(uids.size()).isEqualTo(affected.messages());
                    for (long uid : uids.slice(0, (int) uids.size())) {
                        spots.add(new Spot(affected.user(), affected.mailbox(), uid));
                    }
                }
            }
        }
        return spots;
    }

    private Manifest.StoredFile largest(String family) {
        return manifest.files().stream()
                .filter(file -> file.columnFamily().equals(family))
                .max(Comparator.comparingLong(Manifest.StoredFile::size))
                .orElseThrow();
    }

    private Path object(Manifest.StoredFile file) {
        return damaged.resolve(ObjectFolder.name(file.sha256()));
    }

    private void truncate(Path file, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }

    private void damage(Manifest.StoredFile file, String how) throws Exception {
        switch (how) {
            case "flip early" -> SnapshotTest.flip(object(file), file.size() / 10);
            case "flip middle" -> SnapshotTest.flip(object(file), file.size() / 2);
            case "flip footer" -> SnapshotTest.flip(object(file), file.size() - 10);
            case "truncate" -> truncate(object(file), file.size() / 2);
            case "cut" -> truncate(object(file), file.size() - 1);
            case "delete" -> Files.delete(object(file));
            default -> throw new IllegalArgumentException(how);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "body, flip early",
        "body, flip middle",
        "body, flip footer",
        "body, truncate",
        "body, delete",
        "message, flip early",
        "message, flip footer",
        "message, cut",
        "message, delete",
        "flag-chunk, flip early",
        "flag-chunk, delete",
        "keyword, delete",
        "mailbox, delete",
        "place, flip middle",
        "path, delete",
    })
    void damageIsNamedWithFileUserMailboxAndUids(String family, String how) throws Exception {
        Manifest.StoredFile file = largest(family);
        damage(file, how);
        Truth truth = truth();

        VerifyRepository.Result result = mail.verify(damaged, true);

        assertThat(result.sound()).isFalse();
        List<RepositoryFinding> here = result.findings().stream()
                .filter(finding -> finding.snapshot().equals(manifest.id()))
                .toList();
        assertThat(here).as("one finding, of the damaged file").singleElement().satisfies(finding -> {
            assertThat(finding.storeFile()).isEqualTo(file.name());
            assertThat(finding.columnFamily()).isEqualTo(family);
            assertThat(finding.file()).endsWith(file.sha256());
            assertThat(finding.kind())
                    .isEqualTo(
                            how.startsWith("flip")
                                    ? Kind.OBJECT_CONTENT
                                    : how.equals("delete") ? Kind.OBJECT_MISSING : Kind.OBJECT_SIZE);
            assertThat(finding.hint()).isNotBlank();
        });
        assertThat(spots(here, Loss.MESSAGE)).as("rows").isEqualTo(truth.noRow());
        assertThat(spots(here, Loss.BODY)).as("bodies").isEqualTo(truth.noBody());
        // Flags whose MODSEQ alone is older are reported, too, so that more may be reported than the ledger can tell.
        assertThat(spots(here, Loss.FLAGS)).as("flags").containsAll(truth.noFlags());
        if (family.equals("body") || family.equals("message")) {
            assertThat(truth.noBody().size() + truth.noRow().size())
                    .as("the damage must hit something, and not all")
                    .isBetween(1, mail.ledger.size() - 1);
            assertThat(spots(here, Loss.FLAGS)).isEmpty();
        }
        checkSource(truth);
    }

    /** The source gives each message once, those of {@code truth} as unreadable, all others byte for byte. */
    private void checkSource(Truth truth) throws Exception {
        Map<Spot, SourceItem> items = new TreeMap<>();
        try (SnapshotSource source = source(damaged)) {
            source.read(0, item -> {
                assertThat(item.ref().ordinal()).isEqualTo(items.size());
                assertThat(items.put(spot(item), item)).isNull();
            });
        }
        assertThat(items.keySet()).isEqualTo(mail.ledger.keySet());
        Set<Spot> unreadable = new TreeSet<>(truth.noRow());
        unreadable.addAll(truth.noBody());
        for (Map.Entry<Spot, SourceItem> entry : items.entrySet()) {
            Spot spot = entry.getKey();
            Mail expected = mail.ledger.get(spot);
            switch (entry.getValue()) {
                case SourceItem.Message message -> {
                    assertThat(unreadable).doesNotContain(spot);
                    assertThat(bytes(message)).as("%s", spot).isEqualTo(expected.bytes());
                    assertThat(message.internalDate()).isEqualTo(expected.date());
                    if (message.ref().path().endsWith("/" + spot.uid())) {
                        assertThat(message.flags()).as("%s", spot).isEqualTo(expected.flags());
                        assertThat(truth.noFlags()).doesNotContain(spot);
                    } else {
                        assertThat(message.ref().path()).contains("flags and keywords");
                    }
                    for (Witness witness : message.witnesses()) {
                        if (witness instanceof Witness.TrustedDigest trusted) {
                            assertThat(trusted.digest()).isEqualTo(Durable.digest(expected.bytes()));
                        }
                    }
                }
                case SourceItem.Unreadable lost -> {
                    assertThat(unreadable).contains(spot);
                    assertThat(lost.why())
                            .contains("user " + spot.user(), "mailbox " + spot.mailbox(), "UID " + spot.uid())
                            .contains(".sst (object ");
                }
                case SourceItem.Duplicate copy -> throw new AssertionError(copy);
                case SourceItem.Ignored ignored -> throw new AssertionError(ignored);
            }
        }
        if (truth.noRow().isEmpty()) {
            assertThat(items.values().stream()
                            .filter(item -> item instanceof SourceItem.Message message
                                    && message.witnesses().stream().noneMatch(Witness.TrustedDigest.class::isInstance)))
                    .as("all rows are there, so the manifest proves every digest")
                    .isEmpty();
        }
    }

    private SnapshotSource source(Path repository) {
        return SnapshotSource.open(
                Repository.open(repository),
                manifest.id(),
                keys(),
                OpenedSnapshot.Assurance.TRUSTED_KEY,
                SnapshotSource.Selection.ALL,
                Clock.systemUTC());
    }

    private static Spot spot(SourceItem item) {
        String[] parts = item.ref().path().split("[/ ]");
        return new Spot(parts[0], parts[1], Long.parseLong(parts[2]));
    }

    private static byte[] bytes(SourceItem.Message message) throws IOException {
        try (InputStream in = message.content().open();
                ByteArrayOutputStream out = new ByteArrayOutputStream()) {
            in.transferTo(out);
            return out.toByteArray();
        }
    }

    @Test
    void quickCheckFindsMissingAndCutFilesWithTheirMail() throws Exception {
        Manifest.StoredFile body = largest("body");
        Files.delete(object(body));
        Manifest.StoredFile rows = largest("message");
        truncate(object(rows), rows.size() / 2);
        Truth truth = truth();
        VerifyRepository.Result result = mail.verify(damaged, false);
        List<RepositoryFinding> here = result.findings().stream()
                .filter(finding -> finding.snapshot().equals(manifest.id()))
                .toList();
        assertThat(here).extracting(RepositoryFinding::storeFile).containsExactlyInAnyOrder(body.name(), rows.name());
        assertThat(spots(here, Loss.MESSAGE)).isEqualTo(truth.noRow()).isNotEmpty();
        assertThat(spots(here, Loss.BODY)).isEqualTo(truth.noBody());
        assertThat(result.bytesRead()).isZero();
        checkSource(truth);
    }

    @Test
    void swappedObjectsAreBothNamed() throws Exception {
        for (Set<String> families : SWAPPABLE) {
            List<Manifest.StoredFile> files = manifest.files().stream()
                    .filter(file -> families.contains(file.columnFamily()))
                    .toList();
            assertThat(files).as("tables of %s", families).hasSizeGreaterThan(1);
            Path a = object(files.get(0));
            Path b = object(files.get(1));
            Path aside = a.resolveSibling("aside");
            Files.move(a, aside);
            Files.move(b, a);
            Files.move(aside, b, StandardCopyOption.REPLACE_EXISTING);
        }
        Truth truth = truth();
        VerifyRepository.Result result = mail.verify(damaged, true);
        List<RepositoryFinding> here = result.findings().stream()
                .filter(finding -> finding.snapshot().equals(manifest.id()))
                .toList();
        assertThat(here).hasSize(4);
        assertThat(spots(here, Loss.MESSAGE)).isEqualTo(truth.noRow());
        assertThat(spots(here, Loss.BODY)).isEqualTo(truth.noBody());
        checkSource(truth);
    }

    @Test
    void snapshotWithoutItsDatabaseManifestLosesEveryMessageAndSaysSo() throws Exception {
        Manifest.StoredFile file = manifest.files().stream()
                .filter(one -> one.name().contains("MANIFEST"))
                .findFirst()
                .orElseThrow();
        truncate(object(file), file.size() / 2);
        VerifyRepository.Result result = mail.verify(damaged, false);
        RepositoryFinding finding = result.findings().stream()
                .filter(one -> one.snapshot().equals(manifest.id()))
                .findFirst()
                .orElseThrow();
        assertThat(finding.storeFile()).isEqualTo(file.name());
        assertThat(spots(List.of(finding), Loss.MESSAGE)).isEqualTo(mail.ledger.keySet());
        assertThat(finding.meaning()).contains("cannot be opened");
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> source(damaged))
                .isInstanceOf(OperatorException.class)
                .hasMessageContaining(file.name());
    }

    @Test
    void verifyingAndRestoringWriteNothingIntoTheRepository() throws Exception {
        SnapshotTest.flip(object(largest("body")), 5000);
        Set<String> before = listing();
        mail.verify(damaged, true);
        try (SnapshotSource source = source(damaged)) {
            source.read(0, item -> {});
        }
        assertThat(listing()).isEqualTo(before);
    }

    private Set<String> listing() throws IOException {
        Set<String> names = new HashSet<>();
        try (var files = Files.walk(damaged)) {
            for (Path file : files.toList()) {
                names.add(file + " " + Files.getLastModifiedTime(file) + " " + Files.size(file));
            }
        }
        return names;
    }
}
