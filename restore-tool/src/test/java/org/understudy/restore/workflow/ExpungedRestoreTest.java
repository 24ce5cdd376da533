package org.understudy.restore.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.incident.IncidentHolds;
import org.understudy.restore.job.Steps;
import org.understudy.restore.merge.Receipt;
import org.understudy.restore.plan.MergePolicy;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.reclaim.ReclaimStore;
import org.understudy.storage.fsck.Fsck;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;

/** Expunged mail comes back by the ordinary way, as long as it was not reclaimed. */
class ExpungedRestoreTest {
    private static final Instant DATE = Instant.parse("2026-05-01T10:00:00Z");

    @TempDir
    Path folder;

    private static byte[] mail(int number) {
        return ("From: a@example.org\r\nMessage-ID: <" + number + "@example.org>\r\nSubject: mail " + number
                        + "\r\n\r\nbody " + number + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static List<String> texts(Rehearsal on, MailboxId mailbox) {
        List<String> texts = new ArrayList<>();
        on.live
                .messages()
                .scan(
                        mailbox,
                        1,
                        0xFFFF_FFFFL,
                        facts -> texts.add(new String(on.live.bodies().read(facts.body()), StandardCharsets.US_ASCII)));
        return texts;
    }

    @Test
    void comesBackWithNewUidsAndCanBeTakenBack() throws Exception {
        try (Rehearsal on = new Rehearsal(folder, new StandardSources(), new StandardExaminer(), Steps.UNWATCHED)) {
            on.live.accounts().add("ada", "$argon2id$none", Rehearsal.DELIVERY);
            MailboxId inbox = on.mailbox("ada", "INBOX");
            MailboxId sent = on.mailbox("ada", "Sent");
            for (int i = 1; i <= 5; i++) {
                on.deliver(inbox, mail(i), DATE, Flags.of(Flags.SEEN | Flags.DELETED, List.of("k")));
            }
            on.live.messages().expunge(inbox, List.of(2L, 4L), ExpungeReason.USER, Rehearsal.DELIVERY);
            on.live.messages().move(inbox, List.of(5L), sent, Rehearsal.DELIVERY);

            String id =
                    on.stage(StageRestore.Request.of(StandardSources.EXPUNGED)).id();
            on.validate(id);
            Receipt receipt = on.carryOut(id, withExpunged());
            assertThat(receipt.added()).isEqualTo(2);
            assertThat(texts(on, inbox)).containsExactly(text(1), text(3), text(2), text(4));
            assertThat(on.live.messages().flags(inbox, 6, 7))
                    .allSatisfy(flags -> assertThat(flags.flags()).isEqualTo(Flags.of(Flags.SEEN, List.of("k"))));
            on.undo(id);
            assertThat(texts(on, inbox)).containsExactly(text(1), text(3));
        }
    }

    @Test
    void whatWasReclaimedIsNamedAndNotBroughtBack() throws Exception {
        try (Rehearsal on = new Rehearsal(folder, new StandardSources(), new StandardExaminer(), Steps.UNWATCHED)) {
            on.live.accounts().add("ada", "$argon2id$none", Rehearsal.DELIVERY);
            MailboxId inbox = on.mailbox("ada", "INBOX");
            on.deliver(inbox, mail(1), DATE, Flags.NONE);
            on.live.messages().expunge(inbox, List.of(1L), ExpungeReason.USER, Rehearsal.DELIVERY);
            ReclaimStore.Result none =
                    new ReclaimStore().run(new ReclaimStore.Request(false, 0), on.workplace, Progress.SILENT);
            assertThat(none.round().rowsInWindow()).isEqualTo(1);
            on.live.reclaim().keepFor(Duration.ZERO);
            ReclaimStore.Result result =
                    new ReclaimStore().run(new ReclaimStore.Request(false, 0), on.workplace, Progress.SILENT);
            assertThat(result.round().reclaimed()).isEqualTo(1);
            StageRestore.Result staged = on.stage(StageRestore.Request.of(StandardSources.EXPUNGED));
            assertThat(staged.toString()).contains("reclaimed");
        }
    }

    @Test
    void anIncidentHoldStopsTheReclaim() throws Exception {
        try (Rehearsal on = new Rehearsal(folder, new StandardSources(), new StandardExaminer(), Steps.UNWATCHED)) {
            MailboxId inbox = on.mailbox("ada", "INBOX");
            on.deliver(inbox, mail(1), DATE, Flags.NONE);
            on.live.messages().expunge(inbox, List.of(1L), ExpungeReason.USER, Rehearsal.DELIVERY);
            on.live.reclaim().keepFor(Duration.ZERO);
            IncidentHolds.of(on.workplace).set("ada", "a disk makes noises");
            ReclaimStore.Result held =
                    new ReclaimStore().run(new ReclaimStore.Request(false, 0), on.workplace, Progress.SILENT);
            assertThat(held.round().obstacle()).contains("a disk makes noises");
            assertThat(held.round().due()).isEqualTo(1);
            assertThat(held.round().reclaimed()).isZero();
            assertThat(on.live.fsck(Fsck.Depth.BODIES).bodies()).isEqualTo(1);
        }
    }

    private static MergePolicy withExpunged() {
        MergePolicy usual = MergePolicy.defaults();
        return new MergePolicy(
                usual.verdicts(),
                usual.suspect(),
                usual.quarantine(),
                usual.duplicates(),
                usual.flags(),
                usual.target(),
                usual.restored(),
                true,
                usual.markRestored(),
                usual.skipEmptyMailboxes(),
                usual.userMap(),
                usual.users(),
                usual.mailboxes(),
                usual.from(),
                usual.before(),
                usual.includeContaminated(),
                usual.senders(),
                usual.quota());
    }

    private static String text(int number) {
        return new String(mail(number), StandardCharsets.US_ASCII);
    }
}
