package org.understudy.restore.replay;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.shadow.ItemOutcome;
import org.understudy.restore.shadow.ReplayTotals;
import org.understudy.restore.source.SourceMailbox;

/** Consecutive items, with messages of one mailbox at most; they are brought into the order of UIDs. */
final class Run {
    /** A run ends when it has this many items, or this many octets of messages. */
    static final int ITEMS = 1_000;

    static final long BYTES = 4L << 20;

    private final List<Examined.Mail> mail = new ArrayList<>();
    private final List<ItemOutcome> outcomes = new ArrayList<>();
    private @Nullable SourceMailbox mailbox;
    private long bytes;
    private long items;
    private long lastOrdinal = -1;

    /** Whether an item may join; if not, it begins the next run. */
    boolean takes(Examined item) {
        if (items > 0 && (isLarge() || item instanceof Examined.Mail m && isLarge(m))) {
            return false;
        }
        boolean sameMailbox = !(item instanceof Examined.Mail m)
                || mailbox == null
                || mailbox.equals(m.item().mailbox());
        return sameMailbox && !full();
    }

    /** Whether it is one message whose bytes do not lie in memory. */
    boolean isLarge() {
        return !mail.isEmpty() && isLarge(mail.getFirst());
    }

    private static boolean isLarge(Examined.Mail mail) {
        return mail.validation().reading().canonical().inMemory() == null;
    }

    private boolean full() {
        return items >= ITEMS || bytes >= BYTES;
    }

    void add(Examined item) {
        items++;
        lastOrdinal = item.ref().ordinal();
        switch (item) {
            case Examined.Mail m -> {
                mailbox = m.item().mailbox();
                mail.add(m);
                bytes += m.validation().reading().rawSize();
            }
            case Examined.Unreadable u ->
                outcomes.add(new ItemOutcome(
                        u.ref().ordinal(),
                        u.ref().path(),
                        u.mailbox().orElse(null),
                        ItemOutcome.Bin.UNREADABLE,
                        u.why()));
            case Examined.Copy c ->
                outcomes.add(new ItemOutcome(
                        c.ref().ordinal(), c.ref().path(), c.mailbox(), ItemOutcome.Bin.DUPLICATE, c.why()));
            case Examined.Ignored i ->
                outcomes.add(
                        new ItemOutcome(i.ref().ordinal(), i.ref().path(), null, ItemOutcome.Bin.IGNORED, i.why()));
        }
    }

    /** The messages in the order of the source's UIDs, those without at the end. */
    List<Examined.Mail> byUid() {
        List<Examined.Mail> sorted = new ArrayList<>(mail);
        sorted.sort(Comparator.comparingLong((Examined.Mail m) ->
                m.item().uid() == 0 ? Long.MAX_VALUE : m.item().uid()));
        return sorted;
    }

    @Nullable
    SourceMailbox mailbox() {
        return mailbox;
    }

    /** Takes a message out that is in the shadow already. */
    void duplicate(Examined.Mail m, String keptPath) {
        mail.remove(m);
        outcomes.add(new ItemOutcome(
                m.ref().ordinal(),
                m.ref().path(),
                m.item().mailbox(),
                ItemOutcome.Bin.DUPLICATE,
                "the same message as " + keptPath));
    }

    /** Takes a message out whose bytes cannot be read after all. */
    void unreadable(Examined.Mail m, String why) {
        mail.remove(m);
        outcomes.add(new ItemOutcome(
                m.ref().ordinal(), m.ref().path(), m.item().mailbox(), ItemOutcome.Bin.UNREADABLE, why));
    }

    List<ItemOutcome> outcomes() {
        return outcomes;
    }

    /** Of its items, or -1 if it has none. */
    long lastOrdinal() {
        return lastOrdinal;
    }

    long items() {
        return items;
    }

    long messages() {
        return mail.size();
    }

    /** What this run adds to the bins. */
    ReplayTotals totals() {
        long replayedBytes =
                mail.stream().mapToLong(m -> m.validation().reading().rawSize()).sum();
        return new ReplayTotals(
                items,
                mail.size(),
                count(ItemOutcome.Bin.DUPLICATE),
                count(ItemOutcome.Bin.UNREADABLE),
                count(ItemOutcome.Bin.IGNORED),
                replayedBytes,
                false);
    }

    private long count(ItemOutcome.Bin bin) {
        return outcomes.stream().filter(outcome -> outcome.bin() == bin).count();
    }
}
