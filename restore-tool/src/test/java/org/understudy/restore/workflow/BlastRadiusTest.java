package org.understudy.restore.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.job.Steps;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.plan.MergePolicy;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.proof.BlastRadius;
import org.understudy.restore.proof.LogAudit;
import org.understudy.restore.proof.PlannedKeys;
import org.understudy.restore.proof.ProofFile;
import org.understudy.restore.proof.ProofVerdict;
import org.understudy.restore.proof.RestoreProof;
import org.understudy.storage.JournalRow;
import org.understudy.storage.MailStore;
import org.understudy.storage.engine.Effect;
import org.understudy.storage.engine.Engine;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.Keys;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MessageId;

/** What the proof of a merge says when others write at the same time, rightly or not. */
class BlastRadiusTest {
    private static final GeneratedSource SOURCE = GeneratedSource.random(11, 160, false);
    private static final Author MALLORY = new Author.Session("mallory", "s1");

    @TempDir
    Path folder;

    /** What happens once the first messages are merged. */
    private interface Meanwhile {
        void happens(Rehearsal on, String id) throws Exception;
    }

    private RestoreProof proofOf(Meanwhile meanwhile) throws Exception {
        Rehearsal[] running = new Rehearsal[1];
        String[] id = new String[1];
        boolean[] done = new boolean[1];
        Steps steps = step -> {
            if (step == Steps.Step.MESSAGES_MERGED && !done[0]) {
                done[0] = true;
                try {
                    meanwhile.happens(running[0], id[0]);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        try (Rehearsal on = new Rehearsal(folder.resolve("data"), SOURCE, steps)) {
            running[0] = on;
            LiveHistory.make(on, SOURCE, new Random(11));
            id[0] = on.stage();
            on.validate(id[0]);
            on.approve(id[0], on.preview(id[0], MergePolicy.defaults()).hash(), "ada");
            MergeRestore.Result merged = on.merge(id[0]);
            assertThat(done[0]).isTrue();
            assertThat(merged.state()).as("the merge was done all the same").isEqualTo(RestoreState.MERGED);
            Path file = Path.of(merged.proof().file());
            RestoreProof proof = RestoreJson.read(Files.readString(file), RestoreProof.class);
            assertThat(merged.proof().verdict()).isEqualTo(proof.verdict());
            ProofFile.Summary read = new RestoreStatus()
                    .run(new RestoreStatus.Request(id[0]), on.workplace, Progress.SILENT)
                    .proofs()
                    .getFirst();
            assertThat(read).as("as the status reads it").isEqualTo(merged.proof());
            assertThat(read.signed()).isTrue();
            Files.writeString(file, Files.readString(file).replace("\"attempt\":1", "\"attempt\": 1"));
            assertThat(ProofFile.read(file.getParent(), "merge", 1, on.workplace.keys())
                            .orElseThrow()
                            .signed())
                    .as("signature of a file that was changed")
                    .isFalse();
            repair(on, id[0]);
            return proof;
        }
    }

    /** Takes raw rows of a test away, so that fsck at the end looks at the store as the program made it. */
    private static void repair(Rehearsal on, String id) {
        Engine engine = engine(on.live);
        Effect effect = new Effect(new Author.Housekeeping("test"));
        effect.delete(Family.PLACE, Keys.place(new MessageId(77), on.mailbox("dora", "INBOX"), 9_000));
        engine.commit(effect);
        assertThat(id).isNotEmpty();
    }

    private static Engine engine(MailStore store) {
        try {
            Field field = MailStore.class.getDeclaredField("engine");
            field.setAccessible(true);
            return (Engine) field.get(store);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A put on the bare database, which this module does not know. */
    private static void putPastTheEngine(MailStore store, byte[] key) throws ReflectiveOperationException {
        Object database = engine(store).database();
        database.getClass().getMethod("put", byte[].class, byte[].class).invoke(database, key, new byte[] {1});
    }

    @Test
    void aMergeThatNobodyDisturbsIsProven() throws Exception {
        RestoreProof proof = proofOf((on, id) -> {});
        assertThat(proof.reasons(5)).isEmpty();
        assertThat(proof.verdict()).isEqualTo(ProofVerdict.PASSED);
        assertThat(proof.radius().written()).isEqualTo(proof.radius().planned()).isGreaterThan(150);
        assertThat(proof.radius().authors())
                .extracting(BlastRadius.AuthorCount::author)
                .contains("this restore");
    }

    @Test
    void usersMayGoOnWorkingAndAreListedWhereTheyTouchedWhatWasMerged() throws Exception {
        RestoreProof proof = proofOf((on, id) -> {
            JsonNode chunk = RestoreJson.mapper()
                    .readTree(on.live.journal().list(id + "/m1/add/").getFirst().value());
            MailboxId mailbox = new MailboxId(chunk.path("id").asLong());
            long flagged = chunk.path("messages").path(0).path("liveUid").asLong();
            on.live
                    .messages()
                    .updateFlags(mailbox, List.of(flagged), flags -> flags.with(Flags.FLAGGED), Rehearsal.DELIVERY);
            on.live.messages().expunge(mailbox, List.of(flagged), ExpungeReason.USER, Rehearsal.DELIVERY);
            on.deliver(on.mailbox("dora", "INBOX"), GeneratedSource.message(5), LiveHistory.LATER, Flags.NONE);
        });
        assertThat(proof.reasons(5)).isEmpty();
        assertThat(proof.verdict()).isEqualTo(ProofVerdict.PASSED);
        assertThat(proof.radius().touched())
                .singleElement()
                .asString()
                .matches("[a-z]+:[A-Za-z0-9.]+ UID [0-9]+, by session:delivery:test");
        assertThat(proof.radius().authors())
                .extracting(BlastRadius.AuthorCount::author)
                .contains("sessions");
    }

    @Test
    void aWriteInTheRestoresNameBesideThePlanFailsTheProof() throws Exception {
        RestoreProof proof = proofOf((on, id) -> on.live
                .messages()
                .updateFlags(
                        on.mailbox("dora", "INBOX"),
                        List.of(1L),
                        flags -> flags.with(Flags.DELETED),
                        new Author.Restore(id)));
        assertThat(proof.verdict()).isEqualTo(ProofVerdict.FAILED);
        assertThat(proof.radius().strays())
                .isNotEmpty()
                .allSatisfy(stray -> {
                    assertThat(stray.author()).isEqualTo("restore:" + proof.restoreId());
                    assertThat(stray.key()).contains("dora:INBOX");
                    assertThat(stray.sequence())
                            .isBetween(proof.radius().from(), proof.radius().to());
                })
                .anyMatch(stray -> stray.family().equals("flag-override")
                        && stray.key().contains("UID 1 ")
                        && stray.hex().endsWith("00000001"));
        assertThat(proof.reasons(5)).anyMatch(line -> line.contains("dora:INBOX"));
    }

    @Test
    void aMessageThatThePlanDoesNotAddFailsTheProofEvenInAPlannedMailbox() throws Exception {
        RestoreProof proof = proofOf((on, id) -> {
            MailboxId archive = on.mailbox("ada", "Archive");
            long uid = on.live.mailboxes().state(archive).uidNext() - 1;
            on.live.messages().copy(archive, List.of(uid), archive, new Author.Restore(id));
        });
        assertThat(proof.verdict()).isEqualTo(ProofVerdict.FAILED);
        assertThat(proof.radius().strays())
                .anyMatch(stray -> stray.family().equals("message")
                        && stray.why().contains("the plan does not add a message there"));
    }

    @Test
    void anotherAuthorInTheRestoresJournalFailsTheProof() throws Exception {
        RestoreProof proof =
                proofOf((on, id) -> on.live.journal().write(List.of(new JournalRow(id + "/m1/note", "{}")), MALLORY));
        assertThat(proof.verdict()).isEqualTo(ProofVerdict.FAILED);
        assertThat(proof.radius().strayCount()).isEqualTo(1);
        assertThat(proof.radius().strays().getFirst().author()).isEqualTo("session:mallory:s1");
        assertThat(proof.radius().strays().getFirst().key()).isEqualTo("journal " + proof.restoreId() + "/m1/note");
    }

    @Test
    void aMailboxChangedPastItsCountersFailsTheProof() throws Exception {
        RestoreProof proof = proofOf((on, id) -> {
            Effect effect = new Effect(MALLORY);
            effect.put(Family.PLACE, Keys.place(new MessageId(77), on.mailbox("dora", "INBOX"), 9_000), new byte[0]);
            engine(on.live).commit(effect);
        });
        assertThat(proof.verdict()).isEqualTo(ProofVerdict.FAILED);
        assertThat(proof.radius().strays()).singleElement().satisfies(stray -> {
            assertThat(stray.key()).startsWith("place message id 77 in dora:INBOX UID 9000 ");
            assertThat(stray.author()).isEqualTo("session:mallory:s1");
            assertThat(stray.why()).contains("past its counters");
        });
    }

    @Test
    void aWriteWithoutAnAuthorFailsTheProof() throws Exception {
        byte[] key = "nobody's".getBytes(StandardCharsets.UTF_8);
        RestoreProof proof = proofOf((on, id) -> putPastTheEngine(on.live, key));
        assertThat(proof.verdict()).isEqualTo(ProofVerdict.FAILED);
        assertThat(proof.radius().strays()).singleElement().satisfies(stray -> {
            assertThat(stray.author()).isEmpty();
            assertThat(stray.hex()).isEqualTo(java.util.HexFormat.of().formatHex(key));
            assertThat(stray.why()).isEqualTo("it names no author");
        });
    }

    @Test
    void aPartOfTheLogThatIsMissingMakesTheProofIncomplete() throws Exception {
        Path data = folder.resolve("data");
        try (Rehearsal on = new Rehearsal(data, SOURCE, Steps.UNWATCHED)) {
            LiveHistory.make(on, SOURCE, new Random(11));
        }
        new Rehearsal(data, SOURCE, Steps.UNWATCHED).close();
        try (var archived = Files.list(data.resolve("store/db/archive"))) {
            for (Path log : archived.toList()) {
                Files.delete(log);
            }
        }
        try (Rehearsal on = new Rehearsal(data, SOURCE, Steps.UNWATCHED)) {
            on.mailbox("ada", "Later");
            long to = on.live.latestSequence();
            BlastRadius radius =
                    new LogAudit(on.live, 10, to, new PlannedKeys("r-1", "r-1/m1/", false)).run(Progress.SILENT);
            assertThat(radius.verdict()).isEqualTo(ProofVerdict.INCOMPLETE);
            assertThat(radius.gaps())
                    .isNotEmpty()
                    .allMatch(gap -> gap.explained().isEmpty());
            assertThat(radius.gaps().getFirst().from()).isEqualTo(11);
            assertThat(radius.rows()).as("what is there is looked at").isPositive();
        }
    }

    @Test
    void anUndoIsProvenToo() throws Exception {
        try (Rehearsal on = new Rehearsal(folder.resolve("data"), SOURCE, Steps.UNWATCHED)) {
            LiveHistory.make(on, SOURCE, new Random(11));
            String id = on.stage();
            on.validate(id);
            on.carryOut(id, MergePolicy.defaults());
            UndoRestore.Result undone =
                    new UndoRestore(Steps.UNWATCHED).run(new UndoRestore.Request(id), on.workplace, Progress.SILENT);
            assertThat(undone.proof().reasons()).isEmpty();
            assertThat(undone.proof().holds()).isTrue();
            assertThat(undone.proof().written())
                    .isEqualTo(undone.proof().planned())
                    .isGreaterThan(undone.report().expunged());
        }
    }
}
