package org.understudy.restore.workflow;

import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.understudy.restore.source.SourceItem;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;

/** What a live store went through since the backup was made. */
final class LiveHistory {
    static final Instant LATER = Instant.parse("2026-05-01T12:00:00Z");

    private LiveHistory() {}

    /** Mail of before, what was lost, what users did themselves, and users with whom the backup has nothing to do. */
    static void make(Rehearsal on, GeneratedSource source, Random random) throws Exception {
        for (String user : List.of("ada", "bert", "dora")) {
            on.live.accounts().add(user, "$argon2id$none", Rehearsal.DELIVERY);
        }
        for (int i = 0; i < 40; i++) {
            on.deliver(
                    on.mailbox("dora", i % 2 == 0 ? "INBOX" : "Archive"),
                    GeneratedSource.message(random.nextLong()),
                    LATER,
                    Flags.NONE);
        }
        for (SourceItem item : source.items()) {
            boolean known = item instanceof SourceItem.Message message
                    && !message.mailbox().user().equals("cleo")
                    && !message.mailbox().name().equals("Archive.2026");
            if (!known || random.nextInt(3) == 0) {
                continue;
            }
            SourceItem.Message message = (SourceItem.Message) item;
            MailboxId mailbox =
                    on.mailbox(message.mailbox().user(), message.mailbox().name());
            byte[] bytes = message.content().open().readAllBytes();
            Instant date = random.nextInt(6) == 0 ? LATER : message.internalDate();
            long uid = on.deliver(mailbox, bytes, date, random.nextBoolean() ? Flags.NONE : message.flags());
            switch (random.nextInt(8)) {
                case 0, 1 -> on.live.messages().expunge(mailbox, List.of(uid), ExpungeReason.ADMIN, Rehearsal.DELIVERY);
                case 2 -> on.live.messages().expunge(mailbox, List.of(uid), ExpungeReason.USER, Rehearsal.DELIVERY);
                case 3 ->
                    on.live
                            .messages()
                            .move(
                                    mailbox,
                                    List.of(uid),
                                    on.mailbox(message.mailbox().user(), "Elsewhere"),
                                    Rehearsal.DELIVERY);
                default -> {}
            }
        }
    }
}
