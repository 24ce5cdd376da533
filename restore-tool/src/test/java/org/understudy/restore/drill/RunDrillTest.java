package org.understudy.restore.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.canary.Canaries;
import org.understudy.restore.drill.DrillResult.ImapReading;
import org.understudy.restore.drill.DrillResult.UserDrill;
import org.understudy.restore.drill.DrillResult.Verdict;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.MailFixture;
import org.understudy.restore.repository.TakeSnapshot;
import org.understudy.restore.repository.VerifyRepository;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.restore.workflow.ListRestores;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Digest;

class RunDrillTest {
    @TempDir
    Path folder;

    private MailFixture mail;

    @BeforeEach
    void fill() throws IOException {
        mail = new MailFixture(folder);
        for (int i = 0; i < 12; i++) {
            mail.deliver("user" + i, "INBOX", 20 + i, 900);
            mail.deliver("user" + i, "Work.Projects", 150, 200);
        }
    }

    @AfterEach
    void close() {
        mail.close();
    }

    private Workplace place() {
        return new Workplace(mail.store(), mail.data(), mail.repository(), Clock.systemUTC());
    }

    private TakeSnapshot.Result take() throws InterruptedException {
        return new TakeSnapshot().run(new TakeSnapshot.Request(false), place(), Progress.SILENT);
    }

    /** Reads what a mail program would, from the shadow's own store: the server's leg is tested with a server. */
    private static MailProgramLeg reading(List<String> restores) {
        return (place, restore, user, expected, random) -> {
            restores.add(restore + " " + user);
            long messages = 0;
            try (ShadowStore shadow = ShadowStore.openExisting(place.resolve("shadows"), restore, Clock.systemUTC())) {
                assertThat(shadow.mailboxes()).hasSameSizeAs(expected);
                for (MailProgramLeg.Mailbox mailbox : expected) {
                    messages += mailbox.messages().size();
                }
            }
            return new MailProgramLeg.Report(new ImapReading(true, expected.size(), messages, 0, 1, 0, 1), List.of());
        };
    }

    private DrillResult drill(Optional<MailProgramLeg> leg, int users, Long seed) throws InterruptedException {
        RandomGenerator random = new Random(5);
        return new RunDrill(leg, random)
                .run(new RunDrill.Request(users, RunDrill.LATEST, seed), place(), Progress.SILENT);
    }

    private void canary(String user) {
        mail.store()
                .accounts()
                .add(user, "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g", new Author.Housekeeping("test"));
        Canaries.of(place()).add(user, place().clock().instant());
    }

    @Test
    void aSoundSnapshotMakesAGoodDrillThatLeavesOnlyItsResult() throws Exception {
        canary("user3");
        take();
        List<String> restores = new ArrayList<>();

        DrillResult result = drill(Optional.of(reading(restores)), 4, null);

        assertThat(result.allFaults()).isEmpty();
        assertThat(result.verdict()).isEqualTo(Verdict.GOOD);
        assertThat(result.users())
                .hasSizeBetween(4, 5)
                .extracting(UserDrill::user)
                .contains("user3");
        assertThat(restores).hasSameSizeAs(result.users());
        for (UserDrill user : result.users()) {
            assertThat(user.promised()).isEqualTo(user.replayed() + user.duplicate() + user.unreadable());
            assertThat(user.proven()).isEqualTo(user.replayed());
            assertThat(user.treesDifferent()).isZero();
            assertThat(user.trees()).isEqualTo(user.canary() ? 3 : 2);
            assertThat(user.canaryMessages()).isEqualTo(user.canary() ? 12 : 0);
        }
        Path own = mail.data().resolve("drills").resolve(result.id());
        try (Stream<Path> left = Files.list(own)) {
            assertThat(left.map(path -> path.getFileName().toString())).containsExactly("result.json");
        }
        assertThat(new ListRestores()
                        .run(new ListRestores.Request(), place(), Progress.SILENT)
                        .restores())
                .isEmpty();
        assertThat(DrillFolders.in(mail.data()).lastGood()).contains(result);
    }

    @Test
    void theSameSeedChoosesTheSameUsers() throws Exception {
        take();
        DrillResult one = drill(Optional.of(reading(new ArrayList<>())), 3, 77L);
        DrillResult two = drill(Optional.of(reading(new ArrayList<>())), 3, 77L);
        DrillResult three = drill(Optional.of(reading(new ArrayList<>())), 3, 78L);
        assertThat(one.users())
                .extracting(UserDrill::user)
                .isEqualTo(two.users().stream().map(UserDrill::user).toList())
                .isNotEqualTo(three.users().stream().map(UserDrill::user).toList());
    }

    @Test
    void withoutAServerADrillIsNotGood() throws Exception {
        take();
        DrillResult result = drill(Optional.empty(), 2, null);
        assertThat(result.verdict()).isEqualTo(Verdict.INCOMPLETE);
        assertThat(result.notes()).anyMatch(note -> note.contains("no mail program read"));
        assertThat(DrillFolders.in(mail.data()).lastGood()).isEmpty();
    }

    @Test
    void messagesOfOneMailboxThatAreTheSameAreAccountedFor() throws Exception {
        var id = mail.store()
                .mailboxes()
                .find(org.understudy.storage.keyspace.MailboxPath.of("user1", "INBOX"))
                .orElseThrow()
                .id();
        mail.store().messages().copy(id, List.of(1L, 2L, 3L), id, new Author.Housekeeping("test"));
        take();
        DrillResult result = drill(Optional.of(reading(new ArrayList<>())), 12, null);
        assertThat(result.allFaults()).isEmpty();
        assertThat(result.users())
                .allSatisfy(user -> assertThat(user.promised()).isEqualTo(user.replayed() + user.duplicate()));
        assertThat(result.verdict()).isEqualTo(Verdict.GOOD);
    }

    @Test
    void damageInTheRepositoryFailsTheDrillAndKeepsItsShadows() throws Exception {
        take();
        Path largest = largestObject();
        assertThat(largest.toFile().setWritable(true)).isTrue();
        byte[] content = Files.readAllBytes(largest);
        for (int at = content.length / 4; at < content.length * 3 / 4; at += 4096) {
            content[at] ^= 0x10;
        }
        Files.write(largest, content);

        DrillResult result = drill(Optional.of(reading(new ArrayList<>())), 12, null);

        assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(result.allFaults()).anyMatch(fault -> fault.contains("cannot be read"));
        assertThat(mail.data().resolve("drills").resolve(result.id()).resolve("shadows"))
                .isDirectory();
        assertThat(DrillFolders.in(mail.data()).lastGood()).isEmpty();
        DrillFolders.in(mail.data()).sweep(result.begun().plus(java.time.Duration.ofDays(10)));
        assertThat(mail.data().resolve("drills").resolve(result.id()).resolve("shadows"))
                .doesNotExist();
        assertThat(DrillFolders.in(mail.data()).one("latest").result()).contains(result);
    }

    @Test
    void aSnapshotThatCannotBeOpenedIsAFailedDrill() throws Exception {
        String id = take().id();
        Path manifest = mail.repository().resolve("snapshots").resolve(id + ".json");
        assertThat(manifest.toFile().setWritable(true)).isTrue();
        Files.writeString(manifest, Files.readString(manifest).replace("user1", "user_"));
        DrillResult result = drill(Optional.of(reading(new ArrayList<>())), 2, null);
        assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(result.allFaults()).isNotEmpty();
        assertThat(DrillFolders.in(mail.data()).one("latest").result()).contains(result);
    }

    @Test
    void aCanaryThatSomebodyExpungedIsNoFault() throws Exception {
        canary("user3");
        take();
        Path register = mail.data().resolve("canaries.json");
        var row = mail.store()
                .mailboxes()
                .find(org.understudy.storage.keyspace.MailboxPath.of("user3", "Canary"))
                .orElseThrow();
        mail.store().mailboxes().delete(row.id(), new Author.Housekeeping("test"));
        take();
        assertThat(register).exists();
        DrillResult result = drill(Optional.of(reading(new ArrayList<>())), 0, null);
        // expunged by somebody, so nothing is lost; and nothing of the canary is left to compare
        assertThat(result.users())
                .singleElement()
                .satisfies(user -> assertThat(user.canaryMessages()).isZero());

        DrillResult before = new RunDrill(Optional.of(reading(new ArrayList<>())), new Random(5))
                .run(new RunDrill.Request(0, firstSnapshot(), null), place(), Progress.SILENT);
        assertThat(before.users())
                .singleElement()
                .satisfies(user -> assertThat(user.canaryMessages()).isEqualTo(12));
        assertThat(before.verdict()).isEqualTo(Verdict.GOOD);
    }

    @Test
    void aCanaryWhoseContentIsNotTheKnownOneFailsTheDrill() throws Exception {
        canary("user3");
        take();
        Path register = mail.data().resolve("canaries.json");
        String body = Files.readAllLines(register).get(1);
        Matcher digest = Pattern.compile("\"sha256\":\"([0-9a-f]{64})\"").matcher(body);
        assertThat(digest.find()).isTrue();
        String other = body.replace(digest.group(1), "0".repeat(64));
        String sum = Digest.of(Digest.sha256().digest(other.getBytes(StandardCharsets.UTF_8)))
                .toString();
        Files.writeString(
                register,
                "{\"format\":\"understudy-canaries\",\"version\":1,\"sha256\":\"" + sum + "\"}\n" + other + "\n");

        DrillResult result = drill(Optional.of(reading(new ArrayList<>())), 0, null);

        assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(result.allFaults()).singleElement().asString().startsWith("user3: canary message of");
    }

    @Test
    void aMailProgramThatSeesSomethingElseFailsTheDrill() throws Exception {
        take();
        MailProgramLeg wrong = (place, restore, user, expected, random) ->
                new MailProgramLeg.Report(new ImapReading(true, 2, 5, 0, 100, 1, 3), List.of("INBOX UID 4 differs"));
        DrillResult result = drill(Optional.of(wrong), 1, null);
        assertThat(result.verdict()).isEqualTo(Verdict.FAILED);
        assertThat(result.allFaults()).singleElement().asString().contains("INBOX UID 4 differs");
        MailProgramLeg none = (place, restore, user, expected, random) -> {
            throw new IOException("connection refused");
        };
        assertThat(drill(Optional.of(none), 1, null).allFaults())
                .singleElement()
                .asString()
                .contains("connection refused");
    }

    @Test
    void theNewestSnapshotThatWasVerifiedIsTaken() throws Exception {
        String first = take().id();
        new VerifyRepository().run(new VerifyRepository.Request(true, List.of()), place(), Progress.SILENT);
        mail.deliver("user1", "INBOX", 1, 100);
        take();
        DrillResult result = drill(Optional.of(reading(new ArrayList<>())), 1, null);
        assertThat(result.snapshot()).isEqualTo(first);
        assertThat(result.verified()).isAfter(result.snapshotCreated());
    }

    @Test
    void aResultThatWasChangedIsNotBelieved() throws Exception {
        take();
        DrillResult result = drill(Optional.of(reading(new ArrayList<>())), 1, null);
        Path file = mail.data().resolve("drills").resolve(result.id()).resolve("result.json");
        Files.writeString(file, Files.readString(file).replace("\"asked\":1", "\"asked\":9"));
        DrillFolders.Entry entry = DrillFolders.in(mail.data()).one(result.id());
        assertThat(entry.result()).isEmpty();
        assertThat(entry.fault()).contains("expected SHA-256");
        assertThatThrownBy(() -> DrillFolders.in(mail.data()).one("d-1999")).hasMessageContaining("no drill");
    }

    private String firstSnapshot() throws IOException {
        try (Stream<Path> all = Files.list(mail.repository().resolve("snapshots"))) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .sorted()
                    .findFirst()
                    .orElseThrow()
                    .replace(".json", "");
        }
    }

    private Path largestObject() throws IOException {
        try (Stream<Path> walk = Files.walk(mail.repository().resolve("objects"))) {
            return walk.filter(Files::isRegularFile)
                    .max(Comparator.comparingLong(path -> path.toFile().length()))
                    .orElseThrow();
        }
    }
}
