package org.understudy.restore.replay;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.shadow.Evidence;
import org.understudy.restore.shadow.ItemOutcome;
import org.understudy.restore.shadow.ReplayTotals;
import org.understudy.restore.shadow.ShadowMailbox;
import org.understudy.storage.NewMessage;

/** What is to be committed when its segment is adopted: rows, evidence and outcomes, without the bytes of messages. */
final class Pending {
    private static final long ITEMS = 4_000;

    private List<Commit> commits = new ArrayList<>();
    private long items;

    /** Consecutive items, with messages of one mailbox at most, that one effect brings into the shadow. */
    static final class Commit {
        private @Nullable ShadowMailbox mailbox;
        private final List<NewMessage> messages = new ArrayList<>();
        private final List<Evidence> evidence = new ArrayList<>();
        private final List<ItemOutcome> outcomes = new ArrayList<>();
        private ReplayTotals totals = ReplayTotals.NONE;

        @Nullable
        ShadowMailbox mailbox() {
            return mailbox;
        }

        List<NewMessage> messages() {
            return messages;
        }

        /** As many as there are messages, in their order. */
        List<Evidence> evidence() {
            return evidence;
        }

        List<ItemOutcome> outcomes() {
            return outcomes;
        }

        ReplayTotals totals() {
            return totals;
        }
    }

    /** Adds messages whose bodies are written; {@link #add(ReplayTotals, List)} of the same run must follow. */
    void add(ShadowMailbox mailbox, List<NewMessage> messages, List<Evidence> evidence) {
        Commit last = commits.isEmpty() ? null : commits.getLast();
        if (last == null || last.mailbox != null && !last.mailbox.equals(mailbox)) {
            last = new Commit();
            commits.add(last);
        }
        last.mailbox = mailbox;
        last.messages.addAll(messages);
        last.evidence.addAll(evidence);
    }

    /** Adds what a run adds to the bins. */
    void add(ReplayTotals totals, List<ItemOutcome> outcomes) {
        if (totals.items() == 0) {
            return;
        }
        if (commits.isEmpty()) {
            commits.add(new Commit());
        }
        Commit last = commits.getLast();
        last.totals = last.totals.plus(totals);
        last.outcomes.addAll(outcomes);
        items += totals.items();
    }

    boolean isEnough() {
        return items >= ITEMS;
    }

    /** All that waits, in order; nothing waits any more. */
    List<Commit> take() {
        List<Commit> taken = commits;
        commits = new ArrayList<>();
        items = 0;
        return taken;
    }
}
