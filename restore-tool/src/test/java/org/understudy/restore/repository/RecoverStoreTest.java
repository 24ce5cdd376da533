package org.understudy.restore.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.understudy.restore.operation.ApprovalRules;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.backend.Durable;
import org.understudy.restore.repository.backend.RepositoryPlace;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.fsck.Fsck;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MailboxState;
import org.understudy.storage.keyspace.MessageFacts;
import org.understudy.storage.keyspace.MessageFlags;

/** Everything is lost but the repository and, where there is one, its key. */
class RecoverStoreTest {
    @TempDir
    private Path root;

    private MailFixture mail;
    private KindOfPlace.Laid laid;
    private String signingKey = "";

    /** What a mail program sees of a mailbox. */
    private record Seen(long uidValidity, long uidNext, long highestModSeq, TreeMap<Long, String> messages) {}

    private TakeSnapshot.Result disaster(KindOfPlace kind) throws Exception {
        mail = new MailFixture(root);
        laid = kind.in(root);
        mail.deliver("anna", "INBOX", 60, 6_000);
        mail.deliver("anna", "Archiv.2025 \u00fc", 20, 3_000);
        mail.deliver("ben", "INBOX", 30, 6_000);
        mail.expunge("anna", "INBOX", List.of(3L, 4L, 60L));
        new TakeSnapshot().run(new TakeSnapshot.Request(false), mail.workplace(laid.place()), Progress.SILENT);
        mail.flag("anna", "INBOX", List.of(7L), Flags.ANSWERED);
        mail.deliver("ben", "Sent", 10, 3_000);
        TakeSnapshot.Result last =
                new TakeSnapshot().run(new TakeSnapshot.Request(false), mail.workplace(laid.place()), Progress.SILENT);
        signingKey = new ManifestReader(
                        Repository.open(laid.place()),
                        TrustedKeys.load(mail.data().resolve("keys")))
                .read(last.id())
                .manifest()
                .signingKey();
        return last;
    }

    private void loseTheMachine() throws Exception {
        mail.close();
        Durable.deleteTree(mail.data());
    }

    @AfterEach
    void close() throws Exception {
        laid.close();
    }

    private static Map<String, Seen> seen(MailStore store) throws Exception {
        Map<String, Seen> all = new HashMap<>();
        for (MailboxRow row : store.mailboxes().all()) {
            MailboxState state = store.mailboxes().state(row.id());
            TreeMap<Long, String> messages = new TreeMap<>();
            List<MessageFacts> facts = new java.util.ArrayList<>();
            store.messages().scan(row.id(), 1, state.uidNext(), facts::add);
            for (MessageFacts fact : facts) {
                MessageFlags flags =
                        store.messages().flags(row.id(), fact.uid()).orElseThrow();
                try (var in = store.bodies().open(fact.body())) {
                    messages.put(
                            fact.uid(),
                            flags.modSeq() + " " + flags.flags() + " " + fact.internalDate() + " "
                                    + Durable.digest(in.readAllBytes()));
                }
            }
            all.put(
                    row.path().toString(),
                    new Seen(row.uidValidity(), state.uidNext(), state.highestModSeq(), messages));
        }
        return all;
    }

    private Path data() {
        return root.resolve("data");
    }

    private MailStore open() {
        return MailStore.open(data().resolve("store"), MailFixture.options());
    }

    private RecoverStore.Result recover(@Nullable String keyId, Progress progress) throws InterruptedException {
        return new RecoverStore(laid.place(), data(), Clock.systemUTC(), progress)
                .run(new RecoverStore.Request(
                        "latest", null, keyId == null ? List.of() : List.of(keyId), RecoverStore.UID_MARGIN));
    }

    private OperatorException refused(@Nullable String keyId) {
        return (OperatorException) catchThrowable(() -> recover(keyId, Progress.SILENT));
    }

    @ParameterizedTest
    @EnumSource
    void bringsEverythingBackAndNeverGivesAUidOutTwice(KindOfPlace kind) throws Exception {
        TakeSnapshot.Result last = disaster(kind);
        Map<String, Seen> before = seen(mail.store());
        mail.deliver("ben", "INBOX", 5, 2_000);
        loseTheMachine();

        RecoverStore.Result result = recover(signingKey, Progress.SILENT);
        assertThat(result.snapshot()).isEqualTo(last.id());
        assertThat(result.newest()).isTrue();
        assertThat(result.trust()).isEqualTo(Trust.TRUSTED_KEY);
        assertThat(result.messages()).isEqualTo(last.messages());
        assertThat(result.mailboxes()).isEqualTo(4);
        assertThat(result.users()).isEqualTo(2);
        assertThat(result.filesFetched()).isEqualTo(result.fileBytes());
        assertThat(result.warnings()).isEmpty();
        assertThat(data().resolve("recovery")).doesNotExist();

        try (MailStore store = open()) {
            assertThat(store.fsck(Fsck.Depth.BODIES).findings()).isEmpty();
            Map<String, Seen> after = seen(store);
            assertThat(after.keySet()).isEqualTo(before.keySet());
            before.forEach((name, was) -> {
                Seen now = after.get(name);
                assertThat(now.messages())
                        .as("UIDs, MODSEQs, flags, dates and bytes of %s", name)
                        .isEqualTo(was.messages());
                assertThat(now.uidValidity()).isEqualTo(was.uidValidity());
                assertThat(now.uidNext()).isEqualTo(was.uidNext() + RecoverStore.UID_MARGIN);
                assertThat(now.highestModSeq()).isEqualTo(was.highestModSeq() + RecoverStore.MODSEQ_MARGIN);
            });
            Workplace workplace = new Workplace(store, data(), laid.place(), Clock.systemUTC(), ApprovalRules.CLAIMED);
            TakeSnapshot.Result next =
                    new TakeSnapshot().run(new TakeSnapshot.Request(false), workplace, Progress.SILENT);
            assertThat(next.warnings()).isEmpty();
            assertThat(next.bytesReused()).as("tables are the same files").isPositive();
            VerifyRepository.Result verified = new VerifyRepository()
                    .run(new VerifyRepository.Request(true, List.of()), workplace, Progress.SILENT);
            assertThat(verified.findings()).isEmpty();
            assertThat(verified.snapshots()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DIRECTORY", "ENCRYPTED_BUCKET"})
    void stoppedAnywhereItGoesOnAndIsInPlaceOnlyAtTheEnd(KindOfPlace kind) throws Exception {
        disaster(kind);
        Map<String, Seen> before = seen(mail.store());
        loseTheMachine();
        RecoverStore.Result result = null;
        int stops = 0;
        for (int at = 2; result == null; at = at * 2 + 1) {
            int[] left = {at};
            try {
                result = recover(signingKey, new Progress() {
                    @Override
                    public void begin(String phase, long total, String unit) {
                        stop();
                    }

                    @Override
                    public void advance(long done, long bytes) {
                        stop();
                    }

                    @Override
                    public void note(String text) {}

                    private void stop() {
                        if (--left[0] == 0) {
                            Thread.currentThread().interrupt();
                        }
                    }
                });
            } catch (InterruptedException | OperatorException e) {
                Thread.interrupted();
                stops++;
                assertThat(data().resolve("store")).doesNotExist();
            }
        }
        Thread.interrupted();
        assertThat(stops).isGreaterThan(3);
        assertThat(result.filesKept())
                .as("what was fetched before is not fetched again")
                .isPositive();
        assertThat(result.filesKept() + result.filesFetched()).isEqualTo(result.fileBytes());
        try (MailStore store = open()) {
            assertThat(store.fsck(Fsck.Depth.BODIES).findings()).isEmpty();
            Map<String, Seen> after = seen(store);
            before.forEach((name, was) -> {
                assertThat(after.get(name).messages()).isEqualTo(was.messages());
                assertThat(after.get(name).uidNext())
                        .as("raised once")
                        .isEqualTo(was.uidNext() + RecoverStore.UID_MARGIN);
            });
        }
    }

    @ParameterizedTest
    @EnumSource(names = "DIRECTORY")
    void killedAnywhereItGoesOn(KindOfPlace kind) throws Exception {
        disaster(kind);
        Map<String, Seen> before = seen(mail.store());
        loseTheMachine();
        int code = RecoveringProcess.KILLED;
        int kills = 0;
        for (int at = 3; code == RecoveringProcess.KILLED; at = at * 2 + 5) {
            Path output = root.resolve("output.txt");
            code = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx256m",
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            RecoveringProcess.class.getName(),
                            data().toString(),
                            mail.repository().toString(),
                            Integer.toString(at))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start()
                    .waitFor();
            assertThat(code).as(Files.readString(output)).isIn(0, RecoveringProcess.KILLED);
            kills += code == 0 ? 0 : 1;
            assertThat(Files.exists(data().resolve("store"))).isEqualTo(code == 0);
        }
        assertThat(kills).isGreaterThan(2);
        try (MailStore store = open()) {
            assertThat(store.fsck(Fsck.Depth.BODIES).findings()).isEmpty();
            seen(store).forEach((name, now) -> {
                assertThat(now.messages()).isEqualTo(before.get(name).messages());
                assertThat(now.uidNext()).isEqualTo(before.get(name).uidNext() + RecoverStore.UID_MARGIN);
            });
        }
    }

    @ParameterizedTest
    @EnumSource(names = "DIRECTORY")
    void theNewestKeySufficesAfterASecondDisaster(KindOfPlace kind) throws Exception {
        disaster(kind);
        Map<String, Seen> before = seen(mail.store());
        loseTheMachine();
        String second = recover(signingKey, Progress.SILENT).newSigningKey();
        assertThat(second).isNotEqualTo(signingKey);
        try (MailStore store = open()) {
            Workplace workplace = new Workplace(store, data(), laid.place(), Clock.systemUTC(), ApprovalRules.CLAIMED);
            new TakeSnapshot().run(new TakeSnapshot.Request(false), workplace, Progress.SILENT);
        }
        Durable.deleteTree(data());
        RecoverStore.Result again = recover(second, Progress.SILENT);
        assertThat(again.signingKey()).isEqualTo(second);
        assertThat(again.trust()).isEqualTo(Trust.TRUSTED_KEY);
        try (MailStore store = open()) {
            seen(store).forEach((name, now) -> {
                assertThat(now.messages()).isEqualTo(before.get(name).messages());
                assertThat(now.uidNext()).isEqualTo(before.get(name).uidNext() + 2 * RecoverStore.UID_MARGIN);
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDamagedFileIsNamedAndTheOthersAreKept(KindOfPlace kind) throws Exception {
        TakeSnapshot.Result last = disaster(kind);
        Manifest manifest = new ManifestReader(
                        Repository.open(laid.place()),
                        TrustedKeys.load(mail.data().resolve("keys")))
                .read(last.id())
                .manifest();
        loseTheMachine();
        Manifest.StoredFile body = manifest.files().stream()
                .filter(file -> file.columnFamily().equals("body"))
                .findFirst()
                .orElseThrow();
        String object = ObjectFolder.name(body.sha256());
        laid.flip(object, body.size() / 2);
        OperatorException damaged = refused(signingKey);
        assertThat(damaged.reason()).isEqualTo(Reason.UNSOUND);
        assertThat(damaged)
                .hasMessageContaining("1 of " + manifest.files().size() + " files")
                .hasMessageContaining(body.name())
                .hasMessageContaining(body.sha256());
        assertThat(data().resolve("store")).doesNotExist();
        laid.flip(object, body.size() / 2);
        RecoverStore.Result result = recover(signingKey, Progress.SILENT);
        assertThat(result.filesFetched()).isEqualTo(body.size());
        assertThat(result.filesKept()).isEqualTo(result.fileBytes() - body.size());
    }

    @ParameterizedTest
    @EnumSource(names = {"DIRECTORY", "ENCRYPTED_DIRECTORY"})
    void whatIsSignedByAnotherKeyIsRefusedAndWithoutAKeyItIsSaid(KindOfPlace kind) throws Exception {
        disaster(kind);
        RepositoryPlace place = laid.place();
        loseTheMachine();
        assertThat(refused("0123456789abcdef").reason()).isEqualTo(Reason.NOT_FOUND);
        Path stranger = root.resolve("stranger");
        Signer.of(stranger);
        Path strange = TrustedKeys.publicKeyFiles(stranger).get(0);
        OperatorException foreign = (OperatorException)
                catchThrowable(() -> new RecoverStore(place, data(), Clock.systemUTC(), Progress.SILENT)
                        .run(new RecoverStore.Request("latest", strange, List.of(), 0)));
        assertThat(foreign.reason()).isEqualTo(Reason.REPOSITORY);
        assertThat(foreign).hasMessageContaining("a signature by key " + signingKey);
        Durable.deleteTree(data());
        RecoverStore.Result result = recover(null, Progress.SILENT);
        assertThat(result.trust()).isEqualTo(Trust.REPOSITORY_KEY);
        assertThat(result.signingKey()).isEqualTo(signingKey);
        TrustKey.Result trusted = TrustKey.ofRepository(place, signingKey, data().resolve("keys"));
        assertThat(trusted.file()).endsWith(TrustedKeys.fileName(signingKey));
        try (MailStore store = open()) {
            Workplace workplace = new Workplace(store, data(), place, Clock.systemUTC(), ApprovalRules.CLAIMED);
            assertThat(new VerifyRepository()
                            .run(new VerifyRepository.Request(true, List.of()), workplace, Progress.SILENT)
                            .sound())
                    .isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(names = "DIRECTORY")
    void aFolderWithAnythingInItIsLeftAlone(KindOfPlace kind) throws Exception {
        disaster(kind);
        loseTheMachine();
        Files.createDirectories(data().resolve("keys"));
        Files.writeString(data().resolve("notes.txt"), "mine");
        OperatorException conflict = refused(signingKey);
        assertThat(conflict.reason()).isEqualTo(Reason.CONFLICT);
        assertThat(conflict).hasMessageContaining("notes.txt");
        Files.delete(data().resolve("notes.txt"));
        recover(signingKey, Progress.SILENT);
        OperatorException again = refused(signingKey);
        assertThat(again.reason()).isEqualTo(Reason.CONFLICT);
        assertThat(again).hasMessageContaining("store");
    }

    @ParameterizedTest
    @EnumSource(names = {"DIRECTORY", "ENCRYPTED_DIRECTORY"})
    void aChangedManifestIsNeverRecoveredFrom(KindOfPlace kind) throws Exception {
        TakeSnapshot.Result last = disaster(kind);
        loseTheMachine();
        laid.flip(Repository.manifestName(last.id()), 300);
        OperatorException changed = refused(signingKey);
        assertThat(changed.reason()).isEqualTo(Reason.REPOSITORY);
        assertThat(changed).hasMessageContaining(last.id());
        assertThat(data().resolve("store")).doesNotExist();
    }
}
