package org.understudy.restore.export;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.understudy.restore.crowd.Relation;
import org.understudy.restore.job.JobFolder;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.job.Steps;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.shadow.ShadowMailbox;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.restore.validate.Verdict;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.MailboxState;
import org.understudy.storage.keyspace.MessageFacts;

/**
 * The shadow of a restore that was validated. Damaged messages, and those that may be another user's, are held back
 * unless all is asked for. Holds the restore's lock.
 */
final class ShadowOrigin implements Origin {
    private final JobFolder folder;
    private final ShadowStore shadow;
    private final String id;
    private final boolean everything;

    private ShadowOrigin(JobFolder folder, ShadowStore shadow, String id, boolean everything) {
        this.folder = folder;
        this.shadow = shadow;
        this.id = id;
        this.everything = everything;
    }

    static ShadowOrigin open(Workplace workplace, String id, boolean everything) {
        JobFolder folder = JobFolder.open(workplace.restores(), id, Steps.UNWATCHED);
        try {
            folder.job()
                    .require(
                            "export",
                            EnumSet.complementOf(EnumSet.of(
                                    RestoreState.STAGING,
                                    RestoreState.STAGED,
                                    RestoreState.MERGING,
                                    RestoreState.UNDOING)));
            ShadowStore shadow = ShadowStore.openExisting(workplace.shadows(), id, workplace.clock());
            return new ShadowOrigin(folder, shadow, id, everything);
        } catch (RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    @Override
    public String identity() {
        return "shadow of restore " + id;
    }

    @Override
    public MailStore store() {
        return shadow.store();
    }

    @Override
    public SortedMap<String, List<OriginMailbox>> users() {
        SortedMap<String, List<OriginMailbox>> users = new TreeMap<>();
        for (ShadowMailbox mailbox : shadow.mailboxes()) {
            MailboxState state = shadow.store().mailboxes().state(mailbox.id());
            users.computeIfAbsent(mailbox.source().user(), user -> new ArrayList<>())
                    .add(new OriginMailbox(
                            mailbox.id(),
                            mailbox.source().user(),
                            mailbox.source().name(),
                            mailbox.uidValidity() == 0 ? 1 : mailbox.uidValidity(),
                            state.uidNext(),
                            mailbox.subscribed(),
                            state.messages()));
        }
        users.values().forEach(mailboxes -> mailboxes.sort(Comparator.comparing(OriginMailbox::name)));
        return users;
    }

    @Override
    public void messages(OriginMailbox mailbox, Sink sink) throws IOException, InterruptedException {
        Set<Long> held = new HashSet<>();
        if (!everything) {
            shadow.evidence(mailbox.id(), (uid, evidence) -> {
                if (evidence.verdict() == Verdict.DAMAGED || Relation.contaminated(evidence.findings())) {
                    held.add(uid);
                }
            });
        }
        StoreOrigin.scan(
                shadow.store(),
                mailbox,
                message -> sink.accept(
                        held.contains(message.uid()) ? new OriginMessage.HeldBack(message.uid()) : message));
    }

    @Override
    public boolean vanished(MessageFacts facts) {
        return false;
    }

    @Override
    public void close() {
        shadow.close();
        folder.close();
    }
}
