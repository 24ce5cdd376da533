package org.understudy.restore.source.pst;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.message.MessageReader;
import org.understudy.restore.message.MessageReading;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.plan.MergePolicy;
import org.understudy.restore.plan.SkipReason;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.source.pst.PstWriter.Parts;
import org.understudy.restore.workflow.ApproveRestore;
import org.understudy.restore.workflow.MergeRestore;
import org.understudy.restore.workflow.PreviewRestore;
import org.understudy.restore.workflow.StageRestore;
import org.understudy.restore.workflow.ValidateRestore;
import org.understudy.storage.Content;
import org.understudy.storage.MailStore;
import org.understudy.storage.NewMessage;
import org.understudy.storage.fsck.Fsck;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;

/** An Outlook data file, staged and merged into a store whose user has some of that mail as it came. */
final class RebuiltBesideLiveTest {
    private static final Instant DELIVERED = Instant.parse("2024-02-05T10:00:00Z");
    private static final Author DELIVERY = new Author.Session("delivery", "test");
    private static final int INBOX = 0x8042;
    private static final String DATE = "Mon, 5 Feb 2024 09:59:00 +0000";

    @TempDir
    Path folder;

    private MailStore live;
    private Workplace place;
    private MailboxId inbox;

    @BeforeEach
    void open() {
        live = MailStore.open(folder.resolve("store"), MailStore.Options.defaults());
        place = new Workplace(live, folder, folder.resolve("repository"), Clock.systemUTC());
        inbox = live.mailboxes()
                .create(MailboxPath.of("anna", "INBOX"), 1, DELIVERY)
                .id();
    }

    @AfterEach
    void close() {
        try {
            assertThat(live.fsck(Fsck.Depth.BODIES).findings()).isEmpty();
        } finally {
            live.close();
        }
    }

    @Test
    void mailThatLiveHasAsItCameIsNotAddedAgain() throws Exception {
        deliver(original("1", "joe@example.org", DATE, "The offer of last week, once more."));
        deliver(original("2", "joe@example.org", DATE, "Another text of a few words."));
        String id = stage(
                mail("1", "The offer of last week, once more."),
                mail("3", "Nobody has this one, and it is to come back."));
        PreviewRestore.Result plan = preview(id, MergePolicy.defaults());
        assertThat(plan.totals().skipped()).isEqualTo(Map.of(SkipReason.LIVE_ORIGINAL, 1L));
        assertThat(plan.totals().add()).isEqualTo(1);
        assertThat(Files.readString(Path.of(plan.planFile())))
                .contains("\"reason\":\"LIVE_ORIGINAL\",\"detail\":\"UID 1\"");
        merge(id, plan);
        assertThat(live.mailboxes().state(inbox).messages()).isEqualTo(3);
        String again = stage(mail("1", "The offer of last week, once more."));
        assertThat(preview(again, with(MergePolicy.Duplicates.DIGEST_OR_IDENTITY))
                        .totals()
                        .add())
                .as("where the policy knows mail by its octets only")
                .isEqualTo(1);
    }

    @Test
    void anythingLessThanTheSameMessageIsAdded() throws Exception {
        String text = "A text of some length, that is to be told from a shorter one by counting its letters.";
        deliver(original("1", "mallory@example.org", DATE, text));
        deliver(original("2", "joe@example.org", "Mon, 5 Feb 2024 09:59:01 +0000", text));
        deliver(original("3", "joe@example.org", DATE, "A text of some length."));
        deliver(original("4", "joe@example.org", DATE, text));
        deliver(original("5", "joe@example.org", DATE, text));
        deliver(original("5", "joe@example.org", DATE, text + " "));
        String id = stage(
                mail("1", text),
                mail("2", text),
                mail("3", text),
                mail("4", text)
                        .attach(new Parts()
                                .with(0x3705, 1)
                                .with(0x3707, "plan.pdf")
                                .with(0x370e, "application/pdf")
                                .with(0x3701, new byte[] {1, 2, 3})),
                mail("5", text));
        PreviewRestore.Result plan = preview(id, MergePolicy.defaults());
        assertThat(plan.totals().skipped()).isEmpty();
        assertThat(plan.totals().add())
                .as("another sender, another second, less text, an attachment less, two of that Message-ID")
                .isEqualTo(5);
    }

    @Test
    void oneLiveMessageStandsForOneRebuiltOne() throws Exception {
        String text = "Twice in the backup, once in live.";
        deliver(original("1", "joe@example.org", DATE, text));
        String id = stage(mail("1", text), mail("1", text + " Not quite."));
        assertThat(preview(id, MergePolicy.defaults()).totals().add()).isEqualTo(2);
    }

    private String stage(Parts... messages) throws IOException, InterruptedException {
        Path file = folder.resolve("anna.pst");
        PstWriter writer =
                new PstWriter(Form.UNICODE, Scrambling.PERMUTED).folder(INBOX, PstWriter.TOP, "Inbox", "IPF.Note");
        for (int i = 0; i < messages.length; i++) {
            writer.message(0x200024 + 32 * i, INBOX, messages[i]);
        }
        writer.write(file);
        StageRestore.Result staged = RestoreOperations.stage()
                .run(
                        new StageRestore.Request("", "pst", file.toString(), Map.of(), Set.of(), -1),
                        place,
                        Progress.SILENT);
        assertThat(staged.totals().replayed()).isEqualTo(messages.length);
        RestoreOperations.validate().run(new ValidateRestore.Request(staged.id()), place, Progress.SILENT);
        return staged.id();
    }

    private PreviewRestore.Result preview(String id, MergePolicy policy) throws InterruptedException {
        return RestoreOperations.preview().run(new PreviewRestore.Request(id, policy, 1, 0), place, Progress.SILENT);
    }

    private void merge(String id, PreviewRestore.Result plan) throws InterruptedException {
        RestoreOperations.approve().run(new ApproveRestore.Request(id, plan.hash(), "ada"), place, Progress.SILENT);
        MergeRestore.Result merged = RestoreOperations.merge().run(MergeRestore.Request.of(id), place, Progress.SILENT);
        assertThat(merged.proof().holds()).isTrue();
    }

    private static MergePolicy with(MergePolicy.Duplicates duplicates) {
        return new MergePolicy(
                null,
                null,
                null,
                duplicates,
                null,
                null,
                null,
                false,
                false,
                false,
                null,
                null,
                null,
                null,
                null,
                false,
                null,
                null);
    }

    /** As Outlook keeps it: the header that came, and the text apart. */
    private static Parts mail(String number, String text) {
        return new Parts()
                .with(0x001a, "IPM.Note")
                .with(0x0037, "offer " + number)
                .with(0x0e06, DELIVERED)
                .with(0x0e07, 1)
                .with(0x1000, text)
                .with(0x1035, "<" + number + "@example.org>")
                .with(
                        0x007d,
                        "Received: from a by b;\r\n\tMon, 5 Feb 2024 10:00:00 +0000\r\nFrom: Joe <joe@example.org>\r\n"
                                + "Message-ID: <" + number + "@example.org>\r\nDate: " + DATE + "\r\n\r\n");
    }

    private static String original(String number, String from, String date, String text) {
        return "Received: from a by b;\r\n\tMon, 5 Feb 2024 10:00:00 +0000\r\nFrom: Joe <" + from
                + ">\r\nMessage-ID: <" + number + "@example.org>\r\nSubject: offer " + number + "\r\nDate: " + date
                + "\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\n" + text
                + "\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>" + text + "</p>\r\n--b--\r\n";
    }

    private void deliver(String message) throws IOException {
        MessageReading reading = MessageReader.read(Content.of(message.getBytes(StandardCharsets.US_ASCII)));
        live.messages()
                .append(
                        inbox,
                        List.of(new NewMessage(
                                0,
                                null,
                                null,
                                new NewMessage.Body.Bytes(reading.canonical(), reading.rawDigest()),
                                reading.canonical().size(),
                                reading.headerSize(),
                                reading.digest(),
                                reading.mime(),
                                DELIVERED,
                                null,
                                Flags.NONE)),
                        DELIVERY);
    }
}
