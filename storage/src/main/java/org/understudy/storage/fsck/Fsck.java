package org.understudy.storage.fsck;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongPredicate;
import org.understudy.storage.engine.Engine;
import org.understudy.storage.engine.View;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MailboxState;
import org.understudy.storage.reclaim.ReclaimedBodies;

/**
 * Checks a store as of one moment, while it serves or not, and changes nothing. Memory grows with the number of bodies
 * (about 100 bytes each) and of messages in the largest mailbox.
 */
public final class Fsck {
    /** How far to look. */
    public enum Depth {
        /** All rows but bodies. */
        ROWS,
        /** Bodies too: each is read and its digest compared. */
        BODIES
    }

    /**
     * One thing that is wrong, in users' terms.
     *
     * @param user whose mail is concerned, or empty
     * @param mailbox its mailbox's name, or empty
     * @param uid the message's UID, or 0
     */
    public record Finding(String user, String mailbox, long uid, String what) {
        @Override
        public String toString() {
            StringBuilder text = new StringBuilder();
            if (!user.isEmpty()) {
                text.append("user ").append(user).append(", ");
            }
            if (!mailbox.isEmpty()) {
                text.append("mailbox ").append(mailbox).append(", ");
            }
            if (uid != 0) {
                text.append("UID ").append(uid).append(": ");
            }
            return text.append(what).toString();
        }
    }

    /**
     * What was looked at and what was found.
     *
     * @param expunged rows of the expunge log
     * @param reclaimed of these, those whose bodies were reclaimed, so that only a snapshot has them
     * @param bodies 0 where bodies were not looked at
     * @param orphanBodies bodies that no message and no row of the expunge log names: left by a broken-off restore or an
     *     append that was never acknowledged; harmless
     */
    public record Report(
            long mailboxes,
            long messages,
            long expunged,
            long reclaimed,
            long bodies,
            long orphanBodies,
            List<Finding> findings) {
        public boolean sound() {
            return findings.isEmpty();
        }
    }

    private final Engine engine;
    private final Depth depth;
    private final Watch watch;
    private final List<Finding> findings = new ArrayList<>();
    private final Set<Long> usedBodies = new HashSet<>();
    private long messages;
    private long expunged;
    private long reclaimed;
    private LongPredicate reclaimedBodies = body -> false;
    private long maxMessageId;
    private long maxBodyId;

    /** @param watch is told of what was read, and may slow the check down or stop it */
    public Fsck(Engine engine, Depth depth, Watch watch) {
        this.engine = engine;
        this.depth = depth;
        this.watch = watch;
    }

    /** @throws Watch.StoppedException if the watch has thrown it */
    public Report run() {
        try (View view = engine.uncachedView()) {
            Reading reading = new Reading(view, watch);
            Map<Long, BodyScan.Summary> bodies = Map.of();
            if (depth == Depth.BODIES) {
                bodies = new BodyScan(reading, findings::add).run();
            }
            StoreRows rows = new StoreRows(reading, findings::add);
            rows.guarded("", "", () -> reclaimedBodies = ReclaimedBodies.allOf(view));
            Map<MailboxId, MailboxRow> mailboxes = rows.mailboxes();
            for (MailboxRow mailbox : mailboxes.values()) {
                mailbox(reading, rows, mailbox, bodies);
            }
            rows.check(mailboxes);
            rows.counter("message", maxMessageId);
            rows.counter("body", maxBodyId);
            long orphans = bodies.keySet().stream()
                    .filter(id -> !usedBodies.contains(id))
                    .count();
            return new Report(
                    mailboxes.size(), messages, expunged, reclaimed, bodies.size(), orphans, List.copyOf(findings));
        }
    }

    private void mailbox(Reading reading, StoreRows rows, MailboxRow mailbox, Map<Long, BodyScan.Summary> bodies) {
        rows.guarded(mailbox.path().owner(), mailbox.path().name(), () -> {
            Optional<MailboxState> state = rows.state(mailbox);
            if (state.isEmpty()) {
                return;
            }
            MailboxCheck check = new MailboxCheck(
                    reading,
                    mailbox,
                    state.get(),
                    bodies::get,
                    depth == Depth.BODIES ? MailboxCheck.Bodies.PARSED : MailboxCheck.Bodies.UNREAD,
                    reclaimedBodies,
                    (uid, what) -> rows.add(mailbox, uid, what));
            check.run();
            messages += check.messages();
            expunged += check.expunged();
            reclaimed += check.reclaimed();
            usedBodies.addAll(check.bodies());
            maxMessageId = Math.max(maxMessageId, check.maxMessageId());
            maxBodyId = Math.max(maxBodyId, check.maxBodyId());
            watch.messages(messages);
        });
    }
}
