package org.understudy.restore.cohort;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.job.Steps;
import org.understudy.restore.message.MessageReader;
import org.understudy.restore.message.MessageReading;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.plan.MergePolicy;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.TakeSnapshot;
import org.understudy.restore.workflow.StandardSources;
import org.understudy.storage.Content;
import org.understudy.storage.MailStore;
import org.understudy.storage.NewMessage;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;

/**
 * Prints how long a cohort takes that restores some users of a snapshot of many: {@code CohortSpeedTrial [users of the
 * store] [of the cohort] [messages each] [at once]}.
 */
final class CohortSpeedTrial {
    private static final Author AUTHOR = new Author.Housekeeping("trial");

    private CohortSpeedTrial() {}

    public static void main(String[] args) throws Exception {
        int users = number(args, 0, 10_000);
        int lost = number(args, 1, 300);
        int messages = number(args, 2, 20);
        int atOnce = number(args, 3, 2);
        Path root = Files.createTempDirectory("understudy-cohort-");
        try (MailStore live =
                MailStore.open(root.resolve("store"), new MailStore.Options(128L << 20, Clock.systemUTC()))) {
            Workplace place = new Workplace(live, root, root.resolve("repository"), Clock.systemUTC());
            long began = System.nanoTime();
            List<MailboxId> inboxes = new ArrayList<>();
            for (int i = 0; i < users; i++) {
                live.accounts().add(user(i), "$none", AUTHOR);
                MailboxId inbox = live.mailboxes()
                        .create(MailboxPath.of(user(i), "INBOX"), 1, AUTHOR)
                        .id();
                inboxes.add(inbox);
                live.messages().append(inbox, mail(i, i < lost ? messages : 2), AUTHOR);
            }
            print(users + " users made", began);
            began = System.nanoTime();
            new TakeSnapshot().run(new TakeSnapshot.Request(false), place, Progress.SILENT);
            print("snapshot taken", began);
            TreeSet<String> names = new TreeSet<>();
            for (int i = 0; i < lost; i++) {
                live.mailboxes().delete(inboxes.get(i), AUTHOR);
                names.add(user(i));
            }
            began = System.nanoTime();
            CohortReport staged = RestoreOperations.stageCohort()
                    .run(
                            new StageCohort.Request(
                                    "",
                                    "",
                                    StandardSources.SNAPSHOT + "latest",
                                    Map.of(),
                                    names,
                                    MergePolicy.defaults(),
                                    1,
                                    Hold.DAMAGE,
                                    0,
                                    atOnce),
                            place,
                            Progress.SILENT);
            print("staged, validated, planned: " + staged.summary(), began);
            new ApproveCohort(Steps.UNWATCHED)
                    .run(new ApproveCohort.Request(staged.id(), staged.hash(), "trial", null), place, Progress.SILENT);
            began = System.nanoTime();
            CohortReport merged = new MergeCohort(Steps.UNWATCHED)
                    .run(new MergeCohort.Request(staged.id(), -1, false), place, Progress.SILENT);
            print("merged: " + merged.summary(), began);
            began = System.nanoTime();
            CohortReport undone = new UndoCohort(Steps.UNWATCHED)
                    .run(new UndoCohort.Request(staged.id(), java.util.Set.of()), place, Progress.SILENT);
            print("undone: " + undone.summary(), began);
        } finally {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static int number(String[] args, int index, int otherwise) {
        return args.length > index ? Integer.parseInt(args[index]) : otherwise;
    }

    private static String user(int number) {
        return String.format(Locale.ROOT, "user%05d", number);
    }

    private static List<NewMessage> mail(int user, int count) throws Exception {
        Random random = new Random(user);
        List<NewMessage> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StringBuilder text = new StringBuilder(
                    "Date: Sun, 01 Mar 2026 10:00:00 +0000\r\nFrom: Carla <carla@example.org>\r\nMessage-ID: <" + user
                            + "." + i + "@example.org>\r\nSubject: " + i + "\r\n\r\n");
            for (int line = 0; line < 80; line++) {
                text.append(Long.toString(random.nextLong(), 36)).append(" and so on and so forth\r\n");
            }
            MessageReading reading =
                    MessageReader.read(Content.of(text.toString().getBytes(StandardCharsets.US_ASCII)));
            all.add(new NewMessage(
                    0,
                    null,
                    null,
                    new NewMessage.Body.Bytes(reading.canonical(), reading.rawDigest()),
                    reading.canonical().size(),
                    reading.headerSize(),
                    reading.digest(),
                    reading.mime(),
                    Instant.parse("2026-03-01T10:00:00Z").plusSeconds(i),
                    null,
                    Flags.NONE));
        }
        return all;
    }

    private static void print(String what, long began) {
        System.out.printf(Locale.ROOT, "%8.1f s  %s%n", (System.nanoTime() - began) / 1e9, what);
    }
}
