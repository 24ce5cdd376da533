package org.understudy.restore.merge;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.json.FlagNames;
import org.understudy.restore.plan.TargetMailbox;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MailboxState;
import org.understudy.storage.keyspace.MessageFlags;

/**
 * Figures of every mailbox of the live store at one time. Since HIGHESTMODSEQ and UIDNEXT never fall and every change
 * of messages raises one of them, equal counters mean that no message was changed in between.
 *
 * @param deep whether the figures hold digests
 */
public record StoreFigures(boolean deep, List<OfMailbox> mailboxes) {
    /**
     * @param digest SHA-256 over UID, MODSEQ, digest and flags of all messages by UID, or null
     */
    public record OfMailbox(
            long id,
            String user,
            String name,
            long uidValidity,
            MailboxState state,
            @Nullable Digest digest) {}

    /**
     * What became of the mailboxes that a merge had no business with: {@code others = same + changed.size()}.
     *
     * @param others mailboxes that are not targets, before or after
     * @param users how many users have one or more of them
     * @param changed those that differ, since their users went on working; each as user and mailbox
     * @param deep whether each message's UID, MODSEQ, digest and flags were compared too
     */
    public record Untouched(long others, long users, long same, List<String> changed, boolean deep) {}

    public StoreFigures {
        mailboxes = List.copyOf(mailboxes);
    }

    /** @param deep read every message's row too */
    public static StoreFigures take(MailStore live, boolean deep) {
        List<OfMailbox> all = new ArrayList<>();
        for (MailboxRow row : live.mailboxes().all()) {
            all.add(new OfMailbox(
                    row.id().value(),
                    row.path().owner(),
                    row.path().name(),
                    row.uidValidity(),
                    live.mailboxes().state(row.id()),
                    deep ? digest(live, row.id()) : null));
        }
        return new StoreFigures(deep, all);
    }

    /** Compares all mailboxes but {@code targets} with what they are now. */
    Untouched compare(StoreFigures now, Set<TargetMailbox> targets) {
        Map<Long, OfMailbox> after = new HashMap<>();
        now.mailboxes.forEach(one -> after.put(one.id(), one));
        List<String> changed = new ArrayList<>();
        java.util.TreeSet<String> users = new java.util.TreeSet<>();
        long others = 0;
        long same = 0;
        for (OfMailbox before : mailboxes) {
            OfMailbox found = after.remove(before.id());
            if (targets.contains(new TargetMailbox(before.user(), before.name()))) {
                continue;
            }
            others++;
            users.add(before.user());
            if (Objects.equals(before, found)) {
                same++;
            } else {
                changed.add(before.user() + ":" + before.name());
            }
        }
        for (OfMailbox fresh : after.values()) {
            if (!targets.contains(new TargetMailbox(fresh.user(), fresh.name()))) {
                others++;
                users.add(fresh.user());
                changed.add(fresh.user() + ":" + fresh.name());
            }
        }
        return new Untouched(others, users.size(), same, changed, deep && now.deep);
    }

    private static Digest digest(MailStore live, MailboxId mailbox) {
        Map<Long, MessageFlags> flags = new HashMap<>();
        live.messages().flags(mailbox, 1, LiveState.LAST_UID).forEach(one -> flags.put(one.uid(), one));
        MessageDigest sum = Digest.sha256();
        live.messages().scan(mailbox, 1, LiveState.LAST_UID, facts -> {
            MessageFlags own = flags.get(facts.uid());
            long modSeq = own == null ? 0 : own.modSeq();
            sum.update(
                    ByteBuffer.allocate(16).putLong(facts.uid()).putLong(modSeq).flip());
            sum.update(facts.digest().toBytes());
            if (own != null) {
                sum.update(String.join(" ", FlagNames.of(own.flags())).getBytes(StandardCharsets.UTF_8));
            }
            sum.update((byte) '\n');
        });
        return Digest.of(sum.digest());
    }
}
