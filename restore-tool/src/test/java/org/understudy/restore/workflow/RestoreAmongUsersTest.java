package org.understudy.restore.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.understudy.restore.job.Steps;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.proof.ProofFile;
import org.understudy.storage.Appended;
import org.understudy.storage.Messages;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxRow;

/** Users deliver, flag, move and expunge while a merge and its undo run; all else is in the end as it was before. */
class RestoreAmongUsersTest {
    private static final Set<Steps.Step> WORKED_AT = EnumSet.of(
            Steps.Step.MERGE_BEGUN,
            Steps.Step.BODIES_ADOPTED,
            Steps.Step.MAILBOX_CREATED,
            Steps.Step.MESSAGES_MERGED,
            Steps.Step.FLAGS_MERGED,
            Steps.Step.UNDO_BEGUN,
            Steps.Step.MESSAGES_UNDONE,
            Steps.Step.FLAGS_UNDONE);

    @TempDir
    Path folder;

    /** Works on the live store at each step, and remembers what it touched: mailbox and UID. */
    private static final class Users implements Steps {
        private final Random random;
        private final Set<String> touched = new HashSet<>();
        private Rehearsal on;

        Users(long seed) {
            random = new Random(seed);
        }

        @Override
        public void passed(Step step) {
            if (on == null || !WORKED_AT.contains(step)) {
                return;
            }
            try {
                for (int i = random.nextInt(4); i > 0; i--) {
                    work();
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        private void work() throws Exception {
            List<MailboxRow> mailboxes = on.live.mailboxes().all();
            MailboxRow mailbox = mailboxes.get(random.nextInt(mailboxes.size()));
            List<Long> uids = on.live.messages().flags(mailbox.id(), 1, 0xFFFF_FFFFL).stream()
                    .map(one -> one.uid())
                    .toList();
            int what = uids.isEmpty() ? 0 : random.nextInt(4);
            long uid = uids.isEmpty() ? 0 : uids.get(random.nextInt(uids.size()));
            switch (what) {
                case 0 ->
                    touch(
                            mailbox,
                            on.deliver(
                                    mailbox.id(),
                                    GeneratedSource.message(random.nextLong()),
                                    LiveHistory.LATER,
                                    Flags.NONE));
                case 1 -> {
                    on.live
                            .messages()
                            .updateFlags(
                                    mailbox.id(),
                                    List.of(uid),
                                    flags -> Flags.of(flags.system() ^ Flags.FLAGGED, flags.keywords()),
                                    Rehearsal.DELIVERY);
                    touch(mailbox, uid);
                }
                case 2 -> {
                    on.live.messages().expunge(mailbox.id(), List.of(uid), ExpungeReason.USER, Rehearsal.DELIVERY);
                    touch(mailbox, uid);
                }
                default -> {
                    MailboxRow other = mailboxes.get(random.nextInt(mailboxes.size()));
                    Messages.Moved moved =
                            on.live.messages().move(mailbox.id(), List.of(uid), other.id(), Rehearsal.DELIVERY);
                    touch(mailbox, uid);
                    for (Appended one : moved.to()) {
                        touch(other, one.uid());
                    }
                }
            }
        }

        private void touch(MailboxRow mailbox, long uid) {
            touched.add(mailbox.path() + " UID " + uid);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {31, 32, 33, 34, 35, 36})
    void allButWhatUsersTouchedIsAsBefore(long seed) throws Exception {
        Random random = new Random(seed);
        GeneratedSource source = GeneratedSource.random(seed, 120 + random.nextInt(200), true);
        Users users = new Users(seed);
        try (Rehearsal on = new Rehearsal(folder, source, users)) {
            LiveHistory.make(on, source, random);
            String id = on.stage();
            on.validate(id);
            Map<String, Map<Long, String>> before = StoreExport.visible(on.live);
            users.on = on;
            on.approve(id, on.preview(id, RestorePropertyTest.policy(random)).hash(), "ada");
            ProofFile.Summary merged = on.merge(id).proof();
            assertThat(merged.reasons()).as("merge, seed " + seed).isEmpty();
            ProofFile.Summary undone = new UndoRestore(users)
                    .run(new UndoRestore.Request(id), on.workplace, Progress.SILENT)
                    .proof();
            assertThat(undone.reasons()).as("undo, seed " + seed).isEmpty();
            users.on = null;
            same(before, StoreExport.visible(on.live), users.touched);
        }
    }

    private static void same(
            Map<String, Map<Long, String>> before, Map<String, Map<Long, String>> after, Set<String> touched) {
        before.forEach((mailbox, lines) -> lines.forEach((uid, line) -> {
            if (uid > 0 && !touched.contains(mailbox + " UID " + uid)) {
                assertThat(after.get(mailbox))
                        .as("what nobody touched in " + mailbox)
                        .containsEntry(uid, line);
            }
        }));
        after.forEach((mailbox, lines) -> lines.keySet().forEach(uid -> {
            boolean known = uid == 0
                    || before.getOrDefault(mailbox, Map.of()).containsKey(uid)
                    || touched.contains(mailbox + " UID " + uid);
            assertThat(known).as("who brought " + mailbox + " UID " + uid + "?").isTrue();
        }));
    }
}
