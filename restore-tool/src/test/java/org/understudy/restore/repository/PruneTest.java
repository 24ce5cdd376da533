package org.understudy.restore.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.incident.IncidentHolds;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.RepositoryFinding.Kind;
import org.understudy.restore.retention.RetentionRules;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

class PruneTest {
    private static final RetentionRules LAST_TWO = new RetentionRules(2, 0, 0, 0, 0, 0);

    @TempDir
    private Path root;

    private MailFixture mail;
    private final List<String> ids = new ArrayList<>();

    @BeforeEach
    void takeFive() throws Exception {
        mail = new MailFixture(root);
        for (int i = 0; i < 5; i++) {
            mail.deliver("anna", "INBOX", 20, 2000);
            mail.flag("anna", "INBOX", List.of(1L + i), org.understudy.storage.keyspace.Flags.ANSWERED);
            ids.add(mail.take().id());
        }
    }

    @AfterEach
    void close() {
        mail.close();
    }

    private PruneRepository.Result prune(RetentionRules rules, boolean dryRun) throws Exception {
        return new PruneRepository(List.of())
                .run(new PruneRepository.Request(rules, dryRun), mail.workplace(), Progress.SILENT);
    }

    private Repository repository() {
        return Repository.open(mail.repository());
    }

    private Set<String> objects() throws IOException {
        return new HashSet<>(repository().objects().all());
    }

    private Set<String> named() {
        Set<String> named = new HashSet<>();
        ManifestReader reader =
                new ManifestReader(repository(), TrustedKeys.load(mail.data().resolve("keys")));
        for (String id : repository().snapshotIds()) {
            reader.read(id).manifest().files().forEach(file -> named.add(file.sha256()));
        }
        return named;
    }

    private static long bytes(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    @Test
    void unwantedSnapshotsGoWithTheirObjectsAndTheChainStaysWhole() throws Exception {
        Path folder = mail.repository().resolve("objects");
        long before = bytes(folder);
        PruneRepository.Result dry = prune(LAST_TWO, true);
        assertThat(repository().snapshotIds()).isEqualTo(ids);
        assertThat(bytes(folder)).isEqualTo(before);
        assertThat(mail.repository().resolve("pruned")).doesNotExist();

        PruneRepository.Result result = prune(LAST_TWO, false);

        assertThat(repository().snapshotIds()).isEqualTo(ids.subList(3, 5));
        assertThat(result.gone()).extracting(PruneRepository.Gone::id).isEqualTo(ids.subList(0, 3));
        assertThat(result.kept()).extracting(PruneRepository.Kept::id).containsExactly(ids.get(4), ids.get(3));
        assertThat(result.freedBytes()).isPositive().isEqualTo(dry.freedBytes());
        assertThat(result.freedObjects()).isEqualTo(dry.freedObjects());
        assertThat(result.bytes()).isEqualTo(before);
        assertThat(bytes(folder)).isEqualTo(before - result.freedBytes());
        assertThat(objects()).isEqualTo(named()).hasSize((int) (result.objects() - result.freedObjects()));
        assertThat(mail.verify(true).findings()).isEmpty();
        // It can be built upon, and opened with every manifest before it vouched for.
        String next = mail.take().id();
        assertThat(mail.verify(true).findings()).isEmpty();
        OpenedSnapshot.open(
                        repository(),
                        next,
                        TrustedKeys.load(mail.data().resolve("keys")),
                        OpenedSnapshot.Assurance.TRUSTED_KEY,
                        Clock.systemUTC())
                .close();
        ListSnapshots.Result list =
                new ListSnapshots().run(new ListSnapshots.Request(), mail.workplace(), Progress.SILENT);
        assertThat(list.pruned()).isEqualTo(3);
        prune(LAST_TWO, false);
        assertThat(mail.verify(true).findings()).isEmpty();
        assertThat(prune(LAST_TWO, false).gone()).isEmpty();
    }

    @Test
    void removedOrForgedRecordBreaksTheChain() throws Exception {
        prune(LAST_TWO, false);
        Path record = mail.repository().resolve(PrunedRecords.name(ids.get(2)));
        byte[] sound = Files.readAllBytes(record);
        record.toFile().setWritable(true);
        for (int at = 5; at < sound.length; at += 61) {
            byte[] changed = sound.clone();
            changed[at] ^= 1;
            Files.write(record, changed);
            VerifyRepository.Result result = mail.verify(false);
            assertThat(result.findings())
                    .as("byte %s", at)
                    .extracting(RepositoryFinding::kind)
                    .contains(Kind.PRUNED_RECORD_WRONG, Kind.CHAIN_BROKEN);
        }
        Files.delete(record);
        VerifyRepository.Result result = mail.verify(false);
        assertThat(result.findings()).extracting(RepositoryFinding::kind).containsExactly(Kind.CHAIN_BROKEN);
        assertThatThrownBy(() -> OpenedSnapshot.open(
                        repository(),
                        ids.get(4),
                        TrustedKeys.load(mail.data().resolve("keys")),
                        OpenedSnapshot.Assurance.TRUSTED_KEY,
                        Clock.systemUTC()))
                .isInstanceOf(OperatorException.class);
        Files.write(record, sound);
        assertThat(mail.verify(false).findings()).isEmpty();
    }

    @Test
    void nothingGoesWhileAHoldIsOnWhicheverPlaceKnowsOfIt() throws Exception {
        IncidentHolds.of(mail.workplace()).set("zoe", "mail is missing");
        assertThatThrownBy(() -> prune(LAST_TWO, false)).isInstanceOfSatisfying(OperatorException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.CONFLICT);
            assertThat(e).hasMessageContaining("mail is missing");
        });
        Workplace elsewhere =
                new Workplace(mail.store(), root.resolve("elsewhere"), mail.repository(), Clock.systemUTC());
        assertThatThrownBy(() -> new PruneRepository(List.of())
                        .run(new PruneRepository.Request(LAST_TWO, false), elsewhere, Progress.SILENT))
                .isInstanceOf(OperatorException.class);
        assertThat(repository().snapshotIds()).isEqualTo(ids);
        assertThat(prune(LAST_TWO, true).gone())
                .as("a dry run removes nothing, and may say")
                .hasSize(3);
        IncidentHolds.of(mail.workplace()).release("zoe", "found");
        assertThat(prune(LAST_TWO, false).gone()).hasSize(3);
    }

    @Test
    void holdThatIsSetWhileItPrunesStopsIt() throws Exception {
        PruneRepository stopped = new PruneRepository(List.of(), step -> {
            if (step == PruneStep.SIGNATURE_DELETED) {
                IncidentHolds holds = IncidentHolds.of(mail.workplace());
                if (!holds.state().frozen()) {
                    holds.set("zoe", "stop");
                }
            }
        });
        assertThatThrownBy(() ->
                        stopped.run(new PruneRepository.Request(LAST_TWO, false), mail.workplace(), Progress.SILENT))
                .hasMessageContaining("pruning was stopped");
        assertThat(repository().snapshotIds()).isEqualTo(ids.subList(1, 5));
        assertThat(mail.verify(true).findings()).isEmpty();
    }

    @Test
    void nothingGoesFromADamagedRepositoryAndTheHoldIsOn() throws Exception {
        Manifest manifest = new ManifestReader(
                        repository(), TrustedKeys.load(mail.data().resolve("keys")))
                .read(ids.get(4))
                .manifest();
        Manifest.StoredFile body = manifest.files().stream()
                .filter(file -> file.columnFamily().equals("body"))
                .findFirst()
                .orElseThrow();
        Files.delete(mail.repository().resolve(ObjectFolder.name(body.sha256())));
        assertThatThrownBy(() -> prune(LAST_TWO, false)).isInstanceOfSatisfying(OperatorException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.UNSOUND);
            assertThat(e).hasMessageContaining(body.sha256()).hasMessageContaining("is to be kept");
        });
        assertThat(repository().snapshotIds()).isEqualTo(ids);
        assertThat(IncidentHolds.of(mail.workplace()).state().frozen()).isTrue();
    }

    @Test
    void otherPartsOfTheRepositoryKeepWhatTheyNeedAndGiveUpWhatTheyDoNot() throws Exception {
        Path logs = mail.repository().resolve("logs");
        Files.createDirectories(logs);
        Files.writeString(logs.resolve("old"), "12345");
        Files.writeString(logs.resolve("new"), "123");
        String only = new ManifestReader(
                        repository(), TrustedKeys.load(mail.data().resolve("keys")))
                .read(ids.get(0)).manifest().files().stream()
                        .map(Manifest.StoredFile::sha256)
                        .filter(sha -> !namedBy(ids.subList(3, 5)).contains(sha))
                        .findFirst()
                        .orElseThrow();
        RepositoryShare share = new RepositoryShare() {
            @Override
            public String what() {
                return "archived logs";
            }

            @Override
            public Set<String> objects(Repository repository, List<Manifest> kept) {
                assertThat(kept).extracting(Manifest::id).isEqualTo(ids.subList(3, 5));
                return Set.of(only);
            }

            @Override
            public List<Removable> removable(Repository repository, List<Manifest> kept) {
                return List.of(new Removable("logs/old", 5));
            }
        };
        PruneRepository.Result result = new PruneRepository(List.of(share))
                .run(new PruneRepository.Request(LAST_TWO, false), mail.workplace(), Progress.SILENT);
        assertThat(objects()).contains(only).containsAll(named()).hasSize(named().size() + 1);
        assertThat(logs.resolve("old")).doesNotExist();
        assertThat(logs.resolve("new")).exists();
        assertThat(result.shares()).containsExactly(new PruneRepository.Share("archived logs", 1, 5));
    }

    private Set<String> namedBy(List<String> snapshots) {
        Set<String> named = new HashSet<>();
        ManifestReader reader =
                new ManifestReader(repository(), TrustedKeys.load(mail.data().resolve("keys")));
        snapshots.forEach(id -> reader.read(id).manifest().files().forEach(file -> named.add(file.sha256())));
        return named;
    }

    private void killAt(PruneStep step, int time) throws Exception {
        mail.whileClosed(() -> {
            Path output = root.resolve("output.txt");
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            String.join(File.pathSeparator, System.getProperty("java.class.path")),
                            PruningProcess.class.getName(),
                            mail.data().toString(),
                            mail.repository().toString(),
                            step.name(),
                            Integer.toString(time))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            assertThat(process.waitFor())
                    .as("%s: %s", step, Files.readString(output))
                    .isEqualTo(TakingProcess.KILLED);
        });
    }

    @Test
    void killedAtEveryStepItLeavesASoundRepositoryAndTheNextPruneGoesOn() throws Exception {
        for (PruneStep step : PruneStep.values()) {
            killAt(step, step == PruneStep.OBJECT_DELETED ? 2 : 1);
            assertThat(mail.verify(true).findings()).as("killed at %s", step).isEmpty();
            assertThat(objects()).as("killed at %s", step).containsAll(named());
            assertThat(repository().snapshotIds())
                    .as("killed at %s", step)
                    .endsWith(ids.get(ids.size() - 2), ids.get(ids.size() - 1));
            // So that there is something to prune at the next step, too.
            mail.deliver("anna", "INBOX", 5, 2000);
            ids.add(mail.take().id());
            assertThat(mail.verify(true).findings())
                    .as("a snapshot after the kill at %s", step)
                    .isEmpty();
        }
        prune(LAST_TWO, false);
        assertThat(repository().snapshotIds()).isEqualTo(ids.subList(ids.size() - 2, ids.size()));
        assertThat(objects()).isEqualTo(named());
        try (Stream<Path> files = Files.list(mail.repository().resolve("snapshots"))) {
            assertThat(files).hasSize(4);
        }
        assertThat(mail.verify(true).findings()).isEmpty();
    }
}
