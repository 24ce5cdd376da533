package org.understudy.restore.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.OpenedSnapshot.Assurance;
import org.understudy.restore.repository.RepositoryFinding.Kind;
import org.understudy.restore.repository.backend.Durable;
import org.understudy.restore.repository.backend.RepositoryPlace;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Changes manifests, signatures and keys as someone with access to the repository could. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TamperingTest {
    private MailFixture mail;
    private String first;
    private String second;
    private String third;

    @TempDir
    private Path scratch;

    private Path data;
    private Path repository;

    @BeforeAll
    void takeThree(@TempDir Path root) throws Exception {
        mail = new MailFixture(root);
        mail.deliver("anna", "INBOX", 10, 500);
        first = mail.take().id();
        mail.deliver("anna", "INBOX", 10, 500);
        second = mail.take().id();
        mail.deliver("anna", "INBOX", 10, 500);
        third = mail.take().id();
    }

    @AfterAll
    void close() {
        mail.close();
    }

    @BeforeEach
    void copy() throws IOException {
        data = scratch.resolve("data");
        repository = scratch.resolve("repository");
        Files.createDirectories(data);
        MailFixture.copyTree(mail.data().resolve("keys"), data.resolve("keys"));
        MailFixture.copyTree(mail.repository(), repository);
    }

    private VerifyRepository.Result verify() throws InterruptedException {
        return new VerifyRepository()
                .run(
                        new VerifyRepository.Request(false, List.of()),
                        new Workplace(mail.store(), data, repository, Clock.systemUTC()),
                        Progress.SILENT);
    }

    private Path manifest(String id) {
        return repository.resolve("snapshots").resolve(id + ".json");
    }

    private Path signature(String id) {
        return repository.resolve("snapshots").resolve(id + ".json.sig");
    }

    private void open(String id, Assurance assurance) throws IOException {
        OpenedSnapshot.open(
                        Repository.open(repository),
                        id,
                        TrustedKeys.load(data.resolve("keys")),
                        assurance,
                        Clock.systemUTC())
                .close();
    }

    private void assertRefused(String id, Assurance assurance) {
        assertThatThrownBy(() -> open(id, assurance))
                .as("%s with %s", id, assurance)
                .isInstanceOfSatisfying(OperatorException.class, e -> {
                    assertThat(e.reason()).isEqualTo(Reason.REPOSITORY);
                    assertThat(e.hint()).isNotBlank();
                });
    }

    private static Set<Kind> kinds(VerifyRepository.Result result, String id) {
        return result.findings().stream()
                .filter(finding -> finding.snapshot().equals(id))
                .map(RepositoryFinding::kind)
                .collect(Collectors.toSet());
    }

    @Test
    void untouchedRepositoryIsSoundAndOpens() throws Exception {
        assertThat(verify().findings()).isEmpty();
        open(first, Assurance.TRUSTED_KEY);
        open("latest", Assurance.TRUSTED_KEY);
    }

    @Test
    void everyChangedByteOfAManifestIsSeen() throws Exception {
        byte[] sound = Files.readAllBytes(manifest(second));
        for (int at = 3; at < sound.length; at += sound.length / 23) {
            byte[] changed = sound.clone();
            changed[at] ^= 1;
            Files.write(manifest(second), changed);
            VerifyRepository.Result result = verify();
            assertThat(result.sound()).as("byte %s", at).isFalse();
            assertThat(kinds(result, second))
                    .as("byte %s", at)
                    .contains(Kind.CHAIN_BROKEN)
                    .containsAnyOf(
                            Kind.SIGNATURE_WRONG, Kind.MANIFEST_UNREADABLE, Kind.KEY_MISSING, Kind.MANIFEST_REPLACED);
        }
        assertRefused(second, Assurance.TRUSTED_KEY);
        assertRefused(second, Assurance.REPOSITORY_KEY);
        assertRefused(third, Assurance.TRUSTED_KEY);
        open(first, Assurance.TRUSTED_KEY);
    }

    @Test
    void aManifestThatLeadsOutOfTheStoresFolderOrNamesNoDigestIsNoManifest() throws Exception {
        String sound = Files.readString(manifest(first));
        String digest = sound.replaceAll("(?s).*?\"sha256\" : \"([0-9a-f]{64})\".*", "$1");
        for (String changed : List.of(
                sound.replaceFirst("\"db/", "\"../../db/"),
                sound.replaceFirst("\"db/", "\"/etc/"),
                sound.replaceFirst(digest, "#" + digest.substring(1)))) {
            assertThat(changed).isNotEqualTo(sound);
            Files.delete(manifest(first));
            Files.writeString(manifest(first), changed);
            assertThat(kinds(verify(), first)).contains(Kind.MANIFEST_UNREADABLE);
            assertRefused(first, Assurance.UNCHECKED);
        }
    }

    @Test
    void changedOrMissingSignatureIsSeen() throws Exception {
        byte[] signature = Files.readAllBytes(signature(third));
        signature[20] ^= 1;
        Files.write(signature(third), signature);
        assertThat(kinds(verify(), third)).containsExactly(Kind.SIGNATURE_WRONG);
        assertRefused("latest", Assurance.TRUSTED_KEY);
        open(third, Assurance.UNCHECKED);
        Files.delete(signature(third));
        assertThat(kinds(verify(), third)).containsExactly(Kind.SIGNATURE_MISSING);
        open(second, Assurance.TRUSTED_KEY);
    }

    @Test
    void olderManifestInTheNewestsPlaceIsSeenThoughItsSignatureFits() throws Exception {
        Files.copy(manifest(first), manifest(third), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(signature(first), signature(third), StandardCopyOption.REPLACE_EXISTING);
        assertThat(kinds(verify(), third)).contains(Kind.MANIFEST_REPLACED, Kind.CHAIN_BROKEN);
        assertRefused(third, Assurance.TRUSTED_KEY);
        assertThat(new ListSnapshots()
                        .list(RepositoryPlace.folder(repository), data.resolve("keys"), Progress.SILENT)
                        .snapshots())
                .as("the list does not show it as what it is not")
                .extracting(ListSnapshots.Snapshot::readable)
                .containsExactly(true, true, false);
    }

    @Test
    void removedSnapshotsAreSeenInTheMiddleAndAtTheEnd() throws Exception {
        Files.delete(manifest(second));
        Files.delete(signature(second));
        VerifyRepository.Result result = verify();
        assertThat(kinds(result, third)).containsExactly(Kind.CHAIN_BROKEN);
        assertThat(result.findings().get(0).file()).contains(second);
        assertRefused(third, Assurance.TRUSTED_KEY);
        Files.delete(manifest(third));
        Files.delete(signature(third));
        result = verify();
        assertThat(result.findings()).singleElement().satisfies(finding -> {
            assertThat(finding.kind()).isEqualTo(Kind.LATEST_MISSING);
            assertThat(finding.file()).contains(third);
        });
        assertThat(result.sound()).isFalse();
        open(first, Assurance.TRUSTED_KEY);
    }

    @Test
    void manifestSignedAnewWithAnotherKeyIsNotTrusted() throws Exception {
        KeyPair forger = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        String forgerId = Keys.id(forger.getPublic());
        String ownId = new ManifestReader(Repository.open(repository), TrustedKeys.load(data.resolve("keys")))
                .read(third)
                .manifest()
                .signingKey();
        byte[] forged =
                Files.readString(manifest(third)).replace(ownId, forgerId).getBytes(StandardCharsets.UTF_8);
        Files.write(manifest(third), forged);
        Files.write(signature(third), Keys.sign(forger.getPrivate(), forged));
        Files.writeString(repository.resolve("keys").resolve(forgerId + ".pub"), Keys.pem(forger.getPublic()));
        assertThat(kinds(verify(), third)).containsExactlyInAnyOrder(Kind.KEY_NOT_TRUSTED, Kind.CHAIN_BROKEN);
        assertRefused(third, Assurance.TRUSTED_KEY);
    }

    @Test
    void withoutTheKeysFolderTheRepositorysOwnKeyIsUsedAndThatIsSaid() throws Exception {
        Durable.deleteTree(data.resolve("keys"));
        VerifyRepository.Result result = verify();
        assertThat(result.sound()).isTrue();
        assertThat(result.findings())
                .hasSize(3)
                .allSatisfy(finding -> assertThat(finding.kind()).isEqualTo(Kind.KEY_NOT_PINNED));
        assertRefused(third, Assurance.TRUSTED_KEY);
        open(third, Assurance.REPOSITORY_KEY);
        Durable.deleteTree(repository.resolve("keys"));
        result = verify();
        assertThat(result.sound()).isFalse();
        assertThat(kinds(result, third)).containsExactly(Kind.KEY_MISSING);
        assertRefused(third, Assurance.REPOSITORY_KEY);
        open(third, Assurance.UNCHECKED);
    }

    @Test
    void lostCopyOfTheKeyInTheRepositoryIsSaidAndHarmless() throws Exception {
        Durable.deleteTree(repository.resolve("keys"));
        VerifyRepository.Result result = verify();
        assertThat(result.sound()).isTrue();
        assertThat(kinds(result, third)).containsExactly(Kind.KEY_COPY_LOST);
        open(third, Assurance.TRUSTED_KEY);
    }

    @Test
    void lostPrivateKeyIsNotReplacedInSilence() throws Exception {
        Files.delete(data.resolve("keys").resolve("snapshot-signing.pem"));
        Workplace workplace = new Workplace(mail.store(), data, repository, Clock.systemUTC());
        assertThatThrownBy(() -> new TakeSnapshot().run(new TakeSnapshot.Request(false), workplace, Progress.SILENT))
                .isInstanceOfSatisfying(OperatorException.class, e -> {
                    assertThat(e).hasMessageContaining("snapshot-signing.pem");
                    assertThat(e.hint()).contains("backed up");
                });
        assertThat(verify().findings()).isEmpty();
    }

    @Test
    void newSnapshotBuildsOnTheNewestSoundOneAndWarnsOfTheOthers() throws Exception {
        byte[] changed = Files.readAllBytes(manifest(third));
        changed[changed.length / 2] ^= 1;
        Files.write(manifest(third), changed);
        Workplace workplace = new Workplace(mail.store(), data, repository, Clock.systemUTC());
        TakeSnapshot.Result taken = new TakeSnapshot().run(new TakeSnapshot.Request(false), workplace, Progress.SILENT);
        assertThat(taken.warnings()).anyMatch(warning -> warning.contains(third));
        Manifest manifest = new ManifestReader(Repository.open(repository), TrustedKeys.load(data.resolve("keys")))
                .read(taken.id())
                .manifest();
        assertThat(manifest.predecessor().id()).isEqualTo(second);
        open(taken.id(), Assurance.TRUSTED_KEY);
        assertRefused(third, Assurance.TRUSTED_KEY);
    }
}
