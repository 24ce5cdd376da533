package org.understudy.restore.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.understudy.restore.RestoreOperations;
import org.understudy.restore.job.Steps;
import org.understudy.restore.plan.MergePolicy;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.OpenedSnapshot;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.repository.TakeSnapshot;
import org.understudy.restore.repository.VerifyRepository;
import org.understudy.restore.repository.log.ArchiveReport;
import org.understudy.restore.repository.log.ArchiveState;
import org.understudy.restore.repository.log.HandClock;
import org.understudy.restore.repository.log.LogArchiver;
import org.understudy.restore.repository.log.PointInTime;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MessageFlags;

/** Random work of users and restores on a live store: every second of it can be had back, and is as it was. */
class PointInTimePropertyTest {
    private static final Instant START = Instant.parse("2026-05-26T22:00:00Z");
    private static final int SECONDS = 240;
    private static final int RESTORES = 100;

    @TempDir
    Path folder;

    private final TreeMap<Instant, Map<String, Map<Long, String>>> states = new TreeMap<>();
    private final HandClock clock = new HandClock(START);
    private final List<String> staged = new ArrayList<>();
    private String merged = "";
    private int merges;
    private int undos;
    private int names;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void anySecondIsAsItWas(long seed) throws Exception {
        System.out.println("PointInTimePropertyTest: seed " + seed);
        Random random = new Random(seed);
        GeneratedSource source = GeneratedSource.random(seed, 60, seed % 2 == 0);
        Instant based = START;
        try (Rehearsal on =
                new Rehearsal(folder, (spec, place) -> source, new SizeAndDigestExaminer(), Steps.UNWATCHED, clock)) {
            LogArchiver archiver = new LogArchiver(on.workplace);
            for (int second = 1; second <= SECONDS; second++) {
                Instant now = START.plusSeconds(second);
                clock.set(now);
                for (int i = random.nextInt(3); i >= 0; i--) {
                    work(on, random);
                }
                if (second == 20 || second > 20 && random.nextInt(60) == 0) {
                    new TakeSnapshot().run(new TakeSnapshot.Request(false), on.workplace, Progress.SILENT);
                    based = second == 20 ? now : based;
                }
                if (random.nextInt(7) == 0) {
                    // A fresh one goes on from what the repository says, as after a restart.
                    archiver = random.nextBoolean() ? archiver : new LogArchiver(on.workplace);
                    assertThat(archiver.run().gap()).isEmpty();
                }
                if (second == SECONDS / 2) {
                    on.deliver(on.mailbox("ada", "Large"), large(random), now, Flags.NONE);
                }
                states.put(now, state(on.live));
            }
            clock.set(START.plusSeconds(SECONDS + 1));
            ArchiveReport report = archiver.run();
            assertThat(report.state()).isEqualTo(ArchiveState.CURRENT);
            assertThat(report.gap()).isEmpty();
            assertThat(merges).as("merges in the workload").isPositive();
            assertThat(undos).as("undos in the workload").isPositive();
            verified(on);
            for (int i = 0; i < (seed == 1 ? RESTORES : RESTORES / 4); i++) {
                Instant moment = based.plusSeconds(random.nextInt(SECONDS - 20 + 1));
                try (OpenedSnapshot opened = at(on, moment)) {
                    assertThat(state(opened.store())).as("at %s", moment).isEqualTo(states.get(moment));
                    if (i % 10 == 0) {
                        Rehearsal.fsck(opened.store());
                    }
                }
            }
        }
    }

    private OpenedSnapshot at(Rehearsal on, Instant moment) throws InterruptedException {
        Repository repository = Repository.open(on.workplace.repository());
        return PointInTime.of(repository, on.workplace.keys(), moment, OpenedSnapshot.Assurance.TRUSTED_KEY)
                .open(user -> true, clock, Progress.SILENT);
    }

    private static void verified(Rehearsal on) throws InterruptedException {
        assertThat(RestoreOperations.verifyRepository()
                        .run(new VerifyRepository.Request(true, List.of()), on.workplace, Progress.SILENT)
                        .findings())
                .isEmpty();
    }

    private static Map<String, Map<Long, String>> state(MailStore store) throws Exception {
        Map<String, Map<Long, String>> state = new TreeMap<>(StoreExport.exact(store));
        Map<Long, String> rest = new TreeMap<>();
        rest.put(0L, "deleted " + store.mailboxes().deleted());
        rest.put(1L, "accounts " + store.accounts().all());
        rest.put(2L, "subscriptions " + store.subscriptions().all().keySet());
        rest.put(3L, "expunged " + expunged(store));
        state.put("", rest);
        return state;
    }

    private static List<String> expunged(MailStore store) {
        List<String> rows = new ArrayList<>();
        try (var view = store.view()) {
            for (MailboxRow mailbox : view.mailboxes()) {
                view.expunged(mailbox.id(), one -> rows.add(one.toString()));
            }
        }
        return rows;
    }

    private void work(Rehearsal on, Random random) throws Exception {
        List<MailboxRow> mailboxes = on.live.mailboxes().all();
        MailboxRow mailbox = mailboxes.isEmpty() ? null : mailboxes.get(random.nextInt(mailboxes.size()));
        int dice = random.nextInt(100);
        if (mailbox == null || dice < 12) {
            String user = GeneratedSource.USERS.get(random.nextInt(3));
            on.mailbox(user, "Box" + names++ % 9);
        } else if (dice < 50) {
            on.deliver(mailbox.id(), GeneratedSource.message(random.nextInt(40)), clock.instant(), Flags.NONE);
        } else if (dice < 70) {
            List<Long> uids = some(on, mailbox, random);
            int bit = 1 << random.nextInt(5);
            on.live
                    .messages()
                    .updateFlags(
                            mailbox.id(),
                            uids,
                            flags -> Flags.of(flags.system() ^ bit, List.of("k" + random.nextInt(3))),
                            Rehearsal.DELIVERY);
        } else if (dice < 80) {
            on.live.messages().expunge(mailbox.id(), some(on, mailbox, random), ExpungeReason.USER, Rehearsal.DELIVERY);
        } else if (dice < 84) {
            MailboxRow other = mailboxes.get(random.nextInt(mailboxes.size()));
            if (!other.id().equals(mailbox.id())) {
                on.live.messages().move(mailbox.id(), some(on, mailbox, random), other.id(), Rehearsal.DELIVERY);
            }
        } else if (dice < 87) {
            on.live.mailboxes().delete(mailbox.id(), Rehearsal.DELIVERY);
        } else if (dice < 91) {
            on.live
                    .mailboxes()
                    .rename(
                            mailbox.id(),
                            MailboxPath.of(mailbox.path().owner(), "Renamed" + names++),
                            Rehearsal.DELIVERY);
        } else if (dice < 93) {
            on.live.accounts().add("user" + names++, "$argon2id$none", Rehearsal.DELIVERY);
        } else {
            restore(on);
        }
    }

    private void restore(Rehearsal on) throws Exception {
        if (!merged.isEmpty()) {
            on.undo(merged);
            undos++;
            merged = "";
        } else if (staged.isEmpty() || merges % 3 == 2) {
            String id = on.stage();
            on.validate(id);
            staged.add(id);
            carryOut(on, id);
        } else {
            // Again from the same shadow, whose bodies live has already.
            carryOut(on, staged.getLast());
        }
    }

    private void carryOut(Rehearsal on, String id) throws Exception {
        on.carryOut(id, MergePolicy.defaults());
        merges++;
        merged = id;
    }

    private static List<Long> some(Rehearsal on, MailboxRow mailbox, Random random) {
        List<Long> uids = new ArrayList<>();
        for (MessageFlags one : on.live.messages().flags(mailbox.id(), 1, 0xFFFF_FFFFL)) {
            if (random.nextInt(3) == 0) {
                uids.add(one.uid());
            }
        }
        return uids;
    }

    /** Larger than what goes into one effect, so that its chunks are written ahead. */
    private static byte[] large(Random random) {
        byte[] line = ("x".repeat(70) + random.nextInt() + "\r\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
        out.writeBytes(GeneratedSource.message(random.nextLong()));
        while (out.size() < 5 << 20) {
            out.writeBytes(line);
        }
        return out.toByteArray();
    }
}
