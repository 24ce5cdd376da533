package org.understudy.restore.merge;

import java.util.Map;
import java.util.Optional;
import org.understudy.restore.job.Steps;
import org.understudy.restore.plan.TargetMailbox;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxRow;

/** Finds the target mailboxes, and makes those that live does not have. */
final class MailboxMaker {
    private final MailStore live;
    private final MergeJournal journal;
    private final Author author;
    private final Steps steps;

    MailboxMaker(MailStore live, MergeJournal journal, Author author, Steps steps) {
        this.live = live;
        this.journal = journal;
        this.author = author;
        this.steps = steps;
    }

    /**
     * The target's mailbox.
     *
     * @throws OperatorException {@link Reason#CONFLICT} if the mailbox on which the plan builds is gone
     */
    MailboxId ensure(PlanWork.Target target) {
        if (target.create().isEmpty()) {
            return present(target);
        }
        String key = MergeJournal.mailbox(target.number());
        TargetMailbox mailbox = target.mailbox();
        MailboxPath path = MailboxPath.of(mailbox.user(), mailbox.name());
        Optional<MergeRows.Made> begun = journal.get(key, MergeRows.Made.class);
        if (begun.isPresent() && begun.get().id() != null) {
            return begun.get().id();
        }
        Optional<MailboxRow> there = live.mailboxes().find(path);
        if (begun.isEmpty()) {
            if (there.isPresent()) {
                return there.get().id();
            }
            boolean subscribe = target.create().get().subscribe() && !subscribed(mailbox);
            begun = Optional.of(new MergeRows.Made(mailbox, live.mailboxes().freshUidValidity(path), null, subscribe));
            journal.write(key, begun.get());
            steps.passed(Steps.Step.MAILBOX_INTENDED);
        }
        MergeRows.Made intent = begun.get();
        if (there.isPresent() && there.get().uidValidity() != intent.uidValidity()) {
            return there.get().id();
        }
        MailboxRow row = there.orElseGet(() -> live.mailboxes().create(path, intent.uidValidity(), author));
        steps.passed(Steps.Step.MAILBOX_CREATED);
        if (intent.subscribed()) {
            live.subscriptions().write(mailbox.user(), Map.of(mailbox.name(), new byte[0]), author);
            steps.passed(Steps.Step.MAILBOX_SUBSCRIBED);
        }
        journal.write(key, new MergeRows.Made(mailbox, intent.uidValidity(), row.id(), intent.subscribed()));
        steps.passed(Steps.Step.MAILBOX_JOURNALED);
        return row.id();
    }

    /** The mailbox on which the plan builds, if it is still the same. */
    MailboxId present(PlanWork.Target target) {
        MailboxPath path =
                MailboxPath.of(target.mailbox().user(), target.mailbox().name());
        Optional<MailboxRow> row = live.mailboxes().find(path);
        boolean same = row.isPresent()
                && target.base().isPresent()
                && row.get().id().value() == target.base().get().mailboxId()
                && row.get().uidValidity() == target.base().get().uidValidity();
        if (!same) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "mailbox " + target.mailbox() + " was " + (row.isPresent() ? "replaced" : "deleted or renamed")
                            + " after the plan was made",
                    "Run 'understudy restore preview' again and have the new plan approved; if the merge has begun,"
                            + " run 'understudy restore undo' first.");
        }
        return row.orElseThrow().id();
    }

    /** Whether the user is subscribed to it, by its name or by its whole path {@code #private:user:name}. */
    private boolean subscribed(TargetMailbox mailbox) {
        String ending = ":" + mailbox.user() + ":" + mailbox.name();
        return live.subscriptions().list(mailbox.user(), "").keySet().stream()
                .anyMatch(key -> key.equals(mailbox.name()) || key.endsWith(ending));
    }
}
