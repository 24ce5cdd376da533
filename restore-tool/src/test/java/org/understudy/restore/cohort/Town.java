package org.understudy.restore.cohort;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.Steps;
import org.understudy.restore.message.MessageReader;
import org.understudy.restore.message.MessageReading;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.plan.MergePolicy;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.ItemRef;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.workflow.SourceOpener;
import org.understudy.restore.workflow.StandardExaminer;
import org.understudy.storage.Content;
import org.understudy.storage.MailStore;
import org.understudy.storage.NewMessage;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.fsck.Fsck;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxRow;

/**
 * A backup of users u00, u01 and so on, each with some small messages, and a live store in which most of them are:
 * u02 has all of its mail already, u03 has a damaged message, u04 an unreadable item, u05's mail cannot be read at all,
 * u06 has no account.
 */
final class Town implements AutoCloseable {
    static final Clock CLOCK = Clock.fixed(Instant.parse("2026-05-27T02:00:00Z"), ZoneOffset.UTC);
    static final int MESSAGES = 4;
    private static final Author DELIVERY = new Author.Session("delivery", "test");
    private static final Instant ARRIVAL = Instant.parse("2026-03-01T10:00:00Z");

    final MailStore live;
    final Workplace workplace;
    final Steps steps;

    Town(Path folder, Steps steps) {
        live = MailStore.open(folder.resolve("store"), new MailStore.Options(16L << 20, CLOCK));
        workplace = new Workplace(live, folder, folder.resolve("repository"), CLOCK);
        this.steps = steps;
    }

    static String user(int number) {
        return String.format("u%02d", number);
    }

    /** Accounts, an INBOX each, and all of u02's mail. */
    void settle(int users) throws Exception {
        for (int i = 0; i < users; i++) {
            if (i == 6) {
                continue;
            }
            live.accounts().add(user(i), "$none", DELIVERY);
            live.mailboxes().create(MailboxPath.of(user(i), "INBOX"), 4_711, DELIVERY);
        }
        for (SourceItem item : new Backup(users, Set.of(user(2))).items()) {
            if (item instanceof SourceItem.Message message) {
                deliver(message);
            }
        }
    }

    private void deliver(SourceItem.Message message) throws Exception {
        MailboxRow row = live.mailboxes()
                .find(MailboxPath.of(message.mailbox().user(), message.mailbox().name()))
                .orElseThrow();
        MessageReading reading = MessageReader.read(message.content());
        live.messages()
                .append(
                        row.id(),
                        List.of(new NewMessage(
                                0,
                                null,
                                null,
                                new NewMessage.Body.Bytes(reading.canonical(), reading.rawDigest()),
                                reading.canonical().size(),
                                reading.headerSize(),
                                reading.digest(),
                                reading.mime(),
                                message.internalDate(),
                                null,
                                message.flags())),
                        DELIVERY);
    }

    CohortReport stage(StageCohort.Request request, SourceOpener opener) throws InterruptedException {
        return new StageCohort(opener, new StandardExaminer(), new Random(7), steps)
                .run(request, workplace, Progress.SILENT);
    }

    CohortReport approve(CohortReport report, String by) throws InterruptedException {
        return new ApproveCohort(steps)
                .run(new ApproveCohort.Request(report.id(), report.hash(), by, null), workplace, Progress.SILENT);
    }

    CohortReport merge(String id) throws InterruptedException {
        return new MergeCohort(steps).run(new MergeCohort.Request(id, -1, false), workplace, Progress.SILENT);
    }

    CohortReport undo(String id, String... users) throws InterruptedException {
        return new UndoCohort(steps).run(new UndoCohort.Request(id, Set.of(users)), workplace, Progress.SILENT);
    }

    CohortReport status(String id) {
        return new CohortStatus().run(new CohortStatus.Request(id), workplace, Progress.SILENT);
    }

    static StageCohort.Request request(int atOnce, String... users) {
        return new StageCohort.Request(
                "", "", "/backup", Map.of(), Set.of(users), MergePolicy.defaults(), 1, Hold.DAMAGE, 0, atOnce);
    }

    /** Messages by user, as live has them. */
    Map<String, Long> mail() {
        Map<String, Long> counts = new TreeMap<>();
        for (MailboxRow row : live.mailboxes().all()) {
            counts.merge(row.path().owner(), live.mailboxes().state(row.id()).messages(), Long::sum);
        }
        return counts;
    }

    static SourceOpener backup(int users) {
        return (RestoreJob.Source source, Workplace place) -> {
            if (source.only().equals(Set.of(user(5)))) {
                throw new OperatorException(
                        Reason.SOURCE, "/backup/u05: input/output error", "Look into the system log.");
            }
            return new Backup(users, source.only());
        };
    }

    /** @param only users to give, none for all */
    record Backup(int users, Set<String> only) implements BackupSource {
        List<SourceItem> items() {
            List<SourceItem> items = new ArrayList<>();
            for (int user = 0; user < users; user++) {
                if (!only.isEmpty() && !only.contains(user(user))) {
                    continue;
                }
                for (int i = 0; i < MESSAGES; i++) {
                    SourceMailbox mailbox = new SourceMailbox(user(user), i == 3 ? "Archive" : "INBOX");
                    if (user == 2 && i == 3) {
                        continue;
                    }
                    ItemRef ref = new ItemRef(items.size(), user(user) + "/" + i);
                    items.add(
                            user == 4 && i == 0
                                    ? new SourceItem.Unreadable(ref, Optional.of(mailbox), "it is a directory")
                                    : new SourceItem.Message(
                                            ref,
                                            mailbox,
                                            i + 1L,
                                            ARRIVAL.plusSeconds(i),
                                            Flags.of(Flags.SEEN, List.of()),
                                            Content.of(message(user, i)),
                                            List.of()));
                }
            }
            return items;
        }

        private static byte[] message(int user, int number) {
            String hole = user == 3 && number == 1 ? "\0".repeat(600) : "";
            return ("Date: Sun, 01 Mar 2026 10:00:00 +0000\r\nFrom: Carla <carla@example.org>\r\nTo: " + user(user)
                            + "@example.org\r\nMessage-ID: <" + user + "." + number
                            + "@example.org>\r\nSubject: Number " + number + "\r\n\r\nBefore\r\n" + hole
                            + "\r\nAfter\r\n")
                    .getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public Description describe() {
            return new Description("town", "/backup", users + " users");
        }

        @Override
        public List<MailboxInfo> mailboxes() {
            List<MailboxInfo> infos = new ArrayList<>();
            for (int user = 0; user < users; user++) {
                if (only.isEmpty() || only.contains(user(user))) {
                    infos.add(new MailboxInfo(new SourceMailbox(user(user), "INBOX"), 5, true));
                }
            }
            return infos;
        }

        @Override
        public void read(long fromOrdinal, Sink sink) throws java.io.IOException {
            List<SourceItem> items = items();
            for (SourceItem item : items.subList((int) fromOrdinal, items.size())) {
                sink.accept(item);
            }
        }

        @Override
        public void close() {}
    }

    @Override
    public void close() {
        try {
            assertThat(live.fsck(Fsck.Depth.BODIES).findings()).as("fsck").isEmpty();
        } finally {
            live.close();
        }
    }
}
