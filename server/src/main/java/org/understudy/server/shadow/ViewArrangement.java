package org.understudy.server.shadow;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.james.core.Username;
import org.apache.james.mailbox.model.MailboxConstants;
import org.understudy.restore.shadow.ShadowMailbox;
import org.understudy.restore.shadow.ShadowStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MessageFlags;

/**
 * Makes of a shadow's copy what one audience is to see of one user's mail: what is hidden is expunged, verdicts become
 * keywords, every mailbox is subscribed, and there is an INBOX. UIDs stay those that reports name.
 *
 * <p>UIDVALIDITY is a digest of what the mailbox shows. So a mail program keeps what it has fetched while a mailbox shows
 * the same, and fetches anew when validation has changed a verdict, instead of keeping what the change log of a copy
 * cannot tell it.
 */
final class ViewArrangement {
    private static final int CHUNK = 1_000;
    private static final long LAST_UID = 0xFFFF_FFFFL;
    private static final Author AUTHOR = new Author.Housekeeping("shadow-view");

    private final ShadowStore copy;
    private final String restore;
    private final String whose;
    private final Looker.Audience audience;

    ViewArrangement(ShadowStore copy, String restore, String whose, Looker.Audience audience) {
        this.copy = copy;
        this.restore = restore;
        this.whose = whose;
        this.audience = audience;
    }

    /**
     * Does it.
     *
     * @return the user as the view's mailboxes name it
     * @throws OperatorException {@link Reason#NOT_FOUND} if the shadow holds no mail of the user
     */
    Username arrange() {
        Username owner = owner();
        List<ShadowMailbox> mailboxes = mailboxes();
        if (mailboxes.isEmpty()) {
            throw new OperatorException(
                    Reason.NOT_FOUND,
                    "the shadow of restore " + restore + " holds no mail of " + whose,
                    "'understudy restore open " + restore + "' lists whose mail it holds.");
        }
        for (ShadowMailbox mailbox : mailboxes) {
            arrange(mailbox, owner);
        }
        MailboxPath inbox = MailboxPath.of(owner.asString(), MailboxConstants.INBOX);
        if (copy.store().mailboxes().find(inbox).isEmpty()) {
            copy.store().mailboxes().create(inbox, 1, AUTHOR);
        }
        Map<String, byte[]> subscribed = new HashMap<>();
        for (MailboxRow row : copy.store().mailboxes().ofOwner(MailboxPath.PRIVATE, owner.asString())) {
            subscribed.put(row.path().name(), new byte[0]);
        }
        copy.store().subscriptions().write(owner.asString(), subscribed, AUTHOR);
        return owner;
    }

    private Username owner() {
        try {
            return Username.of(whose);
        } catch (IllegalArgumentException e) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "a mail program cannot look at the mail of '" + whose + "': that can be no user name",
                    "Stage the source again, with '--rename' giving the user another name.",
                    e);
        }
    }

    /** Those of the user of that very name, or else of that name in any case. */
    private List<ShadowMailbox> mailboxes() {
        List<ShadowMailbox> all = copy.mailboxes();
        List<ShadowMailbox> exact =
                all.stream().filter(box -> box.source().user().equals(whose)).toList();
        return exact.isEmpty()
                ? all.stream()
                        .filter(box -> box.source().user().equalsIgnoreCase(whose))
                        .toList()
                : exact;
    }

    private void arrange(ShadowMailbox mailbox, Username owner) {
        MessageDigest shown = Digest.sha256();
        add(shown, restore + "/" + whose.toLowerCase(Locale.ROOT) + "/" + audience + "/" + mailbox.id());
        Map<String, List<Long>> uids = new TreeMap<>();
        Map<String, Set<String>> keywords = new HashMap<>();
        Set<Long> visible = new HashSet<>();
        copy.evidence(mailbox.id(), (uid, evidence) -> {
            Marks marks = Marks.of(evidence);
            if (!marks.hidden() || audience == Looker.Audience.ENGINEER) {
                String words = String.join(" ", marks.keywords());
                uids.computeIfAbsent(words, none -> new ArrayList<>()).add(uid);
                keywords.put(words, marks.keywords());
                visible.add(uid);
                add(shown, uid + " " + words);
            }
        });
        List<Long> others = new ArrayList<>();
        for (MessageFlags message : copy.store().messages().flags(mailbox.id(), 1, LAST_UID)) {
            if (!visible.contains(message.uid())) {
                others.add(message.uid());
            }
        }
        switch (audience) {
            case OWNER -> expunge(mailbox, others);
            case ENGINEER -> mark(mailbox, others, Set.of());
        }
        uids.forEach((words, marked) -> mark(mailbox, marked, keywords.getOrDefault(words, Set.of())));
        copy.store().mailboxes().renew(mailbox.id(), uidValidity(shown), AUTHOR);
        MailboxPath path = MailboxPath.of(owner.asString(), mailbox.source().name());
        copy.store().mailboxes().rename(mailbox.id(), path, AUTHOR);
    }

    private void mark(ShadowMailbox mailbox, List<Long> uids, Set<String> marks) {
        if (!uids.isEmpty()) {
            copy.store().messages().updateFlags(mailbox.id(), uids, flags -> Marks.shown(flags, marks), AUTHOR);
        }
    }

    private void expunge(ShadowMailbox mailbox, List<Long> uids) {
        for (int from = 0; from < uids.size(); from += CHUNK) {
            List<Long> chunk = uids.subList(from, Math.min(uids.size(), from + CHUNK));
            copy.store().messages().expunge(mailbox.id(), chunk, ExpungeReason.ADMIN, AUTHOR);
        }
    }

    private static void add(MessageDigest digest, String line) {
        digest.update((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** 1 to 2^31-1: some mail programs take it for a signed number. */
    private static long uidValidity(MessageDigest digest) {
        return Math.max(1, ByteBuffer.wrap(digest.digest()).getInt() & 0x7FFF_FFFF);
    }
}
