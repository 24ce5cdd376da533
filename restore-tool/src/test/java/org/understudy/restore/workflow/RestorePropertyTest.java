package org.understudy.restore.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.understudy.restore.job.Steps;
import org.understudy.restore.json.FlagNames;
import org.understudy.restore.json.RestoreJson;
import org.understudy.restore.merge.Receipt;
import org.understudy.restore.merge.UndoReport;
import org.understudy.restore.plan.MergePlan;
import org.understudy.restore.plan.MergePolicy;
import org.understudy.restore.plan.PlanStep;
import org.understudy.restore.shadow.ReplayTotals;
import org.understudy.restore.source.SourceItem;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;

/** The invariants of a restore, on random live histories and random backups. */
class RestorePropertyTest {
    @TempDir
    Path folder;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void mergesWhatIsPlannedAndTakesItBack(long seed) throws Exception {
        System.out.println("RestorePropertyTest: seed " + seed);
        Random random = new Random(seed);
        GeneratedSource source = GeneratedSource.random(seed, 150 + random.nextInt(400), seed % 2 == 0);
        try (Rehearsal on = new Rehearsal(folder, source, Steps.UNWATCHED)) {
            LiveHistory.make(on, source, random);
            Map<String, Map<Long, String>> exact = StoreExport.exact(on.live);
            Map<String, Map<Long, String>> before = StoreExport.visible(on.live);

            StageRestore.Result staged = on.stage(StageRestore.Request.of("/backup"));
            String id = staged.id();
            binsMatch(staged.totals(), source);
            ValidateRestore.Result validated = on.validate(id);
            assertThat(validated.totals().graded()).isEqualTo(staged.totals().replayed());
            assertThat(validated.rereadDifferent()).isZero();
            MergePolicy policy = policy(random);
            PreviewRestore.Result preview = on.preview(id, policy);
            assertThat(preview.totals().addsUp()).isTrue();
            assertThat(preview.totals().messages()).isEqualTo(staged.totals().replayed());
            assertThat(on.preview(id, policy).hash()).as("the same plan twice").isEqualTo(preview.hash());
            on.approve(id, preview.hash(), "ada");
            assertThat(StoreExport.exact(on.live)).as("live before the merge").isEqualTo(exact);
            MergePlan plan = MergePlan.parse(Files.readString(Path.of(preview.planFile())));
            assertThat(MergePlan.hash(plan.json())).as("canonical form").isEqualTo(preview.hash());

            Receipt receipt = on.merge(id).receipt();
            assertThat(receipt.added())
                    .isEqualTo(preview.totals().add() + preview.totals().quarantine());
            assertThat(receipt.proof().equal()).isEqualTo(receipt.added());
            assertThat(receipt.untouched().changed())
                    .as("mailboxes outside the plan")
                    .isEmpty();
            mergedIsPlanned(on, before, plan, source);
            countersNeverFall(exact, StoreExport.exact(on.live));

            UndoReport undone = on.undo(id);
            assertThat(undone.touched()).isEmpty();
            assertThat(undone.expunged()).isEqualTo(receipt.added());
            assertThat(undone.mailboxesKept()).isEmpty();
            assertThat(StoreExport.visible(on.live)).as("live after the undo").isEqualTo(before);
            countersNeverFall(exact, StoreExport.exact(on.live));

            mergeAgainAndWorkMeanwhile(on, id, policy, before, random);
        }
    }

    private static void mergeAgainAndWorkMeanwhile(
            Rehearsal on, String id, MergePolicy policy, Map<String, Map<Long, String>> before, Random random)
            throws Exception {
        Receipt again = on.carryOut(id, policy);
        Receipt full = RestoreJson.read(
                Files.readString(on.workplace.restores().resolve(id).resolve("receipt.json")), Receipt.class);
        Set<String> touched = new HashSet<>();
        long gone = 0;
        for (Receipt.OfMailbox mailbox : full.mailboxes()) {
            for (Receipt.Message message : mailbox.messages()) {
                int dice = random.nextInt(10);
                if (dice == 0) {
                    on.live
                            .messages()
                            .updateFlags(
                                    mailbox.id(),
                                    List.of(message.uid()),
                                    flags -> Flags.of(flags.system() ^ Flags.FLAGGED, flags.keywords()),
                                    Rehearsal.DELIVERY);
                    touched.add(mailbox.mailbox() + " UID " + message.uid());
                } else if (dice == 1) {
                    on.live
                            .messages()
                            .expunge(mailbox.id(), List.of(message.uid()), ExpungeReason.USER, Rehearsal.DELIVERY);
                    gone++;
                }
            }
        }
        MailboxId inbox = on.mailbox("ada", "INBOX");
        long own = on.deliver(inbox, GeneratedSource.message(random.nextLong()), LiveHistory.LATER, Flags.NONE);
        UndoReport undone = on.undo(id);
        assertThat(undone.added()).isEqualTo(again.added());
        assertThat(new HashSet<>(undone.touched())).as("left, since touched").isEqualTo(touched);
        assertThat(undone.gone()).isEqualTo(gone);
        Map<String, Map<Long, String>> after = StoreExport.visible(on.live);
        for (var mailbox : after.entrySet()) {
            for (long uid : mailbox.getValue().keySet()) {
                String place = mailbox.getKey() + " UID " + uid;
                boolean known = uid == 0
                        || before.getOrDefault(mailbox.getKey(), Map.of()).containsKey(uid)
                        || touched.contains(place)
                        || place.equals("ada:INBOX UID " + own);
                assertThat(known).as("who brought " + place + "?").isTrue();
            }
        }
        for (var mailbox : before.entrySet()) {
            mailbox.getValue().forEach((uid, line) -> {
                if (uid > 0) {
                    assertThat(after.get(mailbox.getKey())).containsEntry(uid, line);
                }
            });
        }
    }

    static MergePolicy policy(Random random) {
        MergePolicy base = MergePolicy.defaults();
        return new MergePolicy(
                base.verdicts(),
                MergePolicy.Suspect.values()[random.nextInt(2)],
                base.quarantine(),
                MergePolicy.Duplicates.values()[random.nextInt(2)],
                MergePolicy.FlagChoice.values()[random.nextInt(3)],
                random.nextInt(4) == 0 ? MergePolicy.Target.APART : MergePolicy.Target.ORIGINAL,
                base.restored(),
                random.nextBoolean(),
                random.nextBoolean(),
                random.nextBoolean(),
                Map.of(),
                Set.of(),
                random.nextInt(3) == 0 ? List.of("INBOX", "Arch*") : List.of(),
                random.nextInt(3) == 0 ? Instant.parse("2026-02-01T00:00:00Z") : null,
                null,
                false,
                null,
                null);
    }

    private static void binsMatch(ReplayTotals totals, GeneratedSource source) {
        long unreadable = source.items().stream()
                .filter(SourceItem.Unreadable.class::isInstance)
                .count();
        long ignored = source.items().stream()
                .filter(SourceItem.Ignored.class::isInstance)
                .count();
        Set<String> distinct = new HashSet<>();
        for (SourceItem item : source.items()) {
            if (item instanceof SourceItem.Message message) {
                try {
                    distinct.add(message.mailbox() + " " + message.ref().path() + " " + message.internalDate() + " "
                            + StoreExport.sha256(GeneratedSource.canonical(
                                    message.content().open().readAllBytes())));
                } catch (java.io.IOException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
        assertThat(totals.items()).isEqualTo(source.items().size());
        assertThat(totals.unreadable()).isEqualTo(unreadable);
        assertThat(totals.ignored()).isEqualTo(ignored);
        assertThat(totals.replayed()).isEqualTo(distinct.size());
    }

    private static void mergedIsPlanned(
            Rehearsal on, Map<String, Map<Long, String>> before, MergePlan plan, GeneratedSource source)
            throws Exception {
        Map<String, Map<Long, String>> expectedOld = new TreeMap<>();
        before.forEach((mailbox, lines) -> expectedOld.put(mailbox, new TreeMap<>(lines)));
        Map<String, List<String>> expectedNew = new TreeMap<>();
        for (PlanStep step : plan.steps()) {
            switch (step) {
                case PlanStep.CreateMailbox create ->
                    expectedOld.put(create.target().toString(), new TreeMap<>());
                case PlanStep.AddMessage add ->
                    expectedNew
                            .computeIfAbsent(add.target().toString(), key -> new ArrayList<>())
                            .add(add.digest() + " " + add.digest() + " " + add.internalDate() + " " + add.size() + " "
                                    + FlagNames.of(add.flags()));
                case PlanStep.ChangeFlags change ->
                    expectedOld
                            .get(change.target().toString())
                            .computeIfPresent(
                                    change.liveUid(),
                                    (uid, line) -> line.replace(
                                            FlagNames.of(change.before()).toString(),
                                            FlagNames.of(change.after()).toString()));
                case PlanStep.Skip skip -> {}
            }
        }
        Set<String> sourceDigests = new HashSet<>();
        for (SourceItem item : source.items()) {
            if (item instanceof SourceItem.Message message) {
                sourceDigests.add(StoreExport.sha256(
                        GeneratedSource.canonical(message.content().open().readAllBytes())));
            }
        }
        Map<String, Map<Long, String>> after = StoreExport.visible(on.live);
        assertThat(after.keySet()).as("mailboxes").isEqualTo(expectedOld.keySet());
        after.forEach((mailbox, lines) -> {
            Map<Long, String> old = expectedOld.get(mailbox);
            List<String> fresh = new ArrayList<>();
            lines.forEach((uid, line) -> {
                if (uid > 0 && !old.containsKey(uid)) {
                    fresh.add(line);
                    assertThat(sourceDigests).as("bytes of the source").contains(line.split(" ")[1]);
                }
            });
            assertThat(fresh).as("added to " + mailbox).isEqualTo(expectedNew.getOrDefault(mailbox, List.of()));
            old.forEach((uid, line) -> {
                if (uid > 0) {
                    assertThat(lines).as("message that " + mailbox + " had").containsEntry(uid, line);
                }
            });
        });
    }

    private static void countersNeverFall(Map<String, Map<Long, String>> before, Map<String, Map<Long, String>> after) {
        before.forEach((mailbox, lines) -> {
            String[] then = lines.get(0L).split("[^0-9]+");
            String[] now = after.get(mailbox).get(0L).split("[^0-9]+");
            assertThat(now[0]).as("id of " + mailbox).isEqualTo(then[0]);
            assertThat(now[1]).as("UIDVALIDITY of " + mailbox).isEqualTo(then[1]);
            assertThat(Long.parseLong(now[2]))
                    .as("UIDNEXT of " + mailbox)
                    .isGreaterThanOrEqualTo(Long.parseLong(then[2]));
            assertThat(Long.parseLong(now[3]))
                    .as("HIGHESTMODSEQ of " + mailbox)
                    .isGreaterThanOrEqualTo(Long.parseLong(then[3]));
        });
    }
}
