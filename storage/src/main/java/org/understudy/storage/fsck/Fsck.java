package org.understudy.storage.fsck;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.engine.Engine;
import org.understudy.storage.engine.View;
import org.understudy.storage.keyspace.Codec;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Keys;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MailboxState;

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
     * @param bodies 0 where bodies were not looked at
     * @param orphanBodies bodies that no message and no row of the expunge log names: left by a broken-off restore or an
     *     append that was never acknowledged; harmless
     */
    public record Report(
            long mailboxes, long messages, long expunged, long bodies, long orphanBodies, List<Finding> findings) {
        public boolean sound() {
            return findings.isEmpty();
        }
    }

    private final Engine engine;
    private final Depth depth;
    private final LongConsumer progress;
    private final List<Finding> findings = new ArrayList<>();
    private final Set<Long> usedBodies = new HashSet<>();
    private long messages;
    private long expunged;
    private long maxMessageId;
    private long maxBodyId;

    /** @param progress is given the number of messages looked at, now and then */
    public Fsck(Engine engine, Depth depth, LongConsumer progress) {
        this.engine = engine;
        this.depth = depth;
        this.progress = progress;
    }

    public Report run() {
        try (View view = engine.view()) {
            Map<Long, BodyScan.Summary> bodies = Map.of();
            if (depth == Depth.BODIES) {
                BodyScan scan = new BodyScan(view, findings::add);
                bodies = scan.run();
            }
            Map<MailboxId, MailboxRow> mailboxes = mailboxes(view);
            paths(view, mailboxes);
            for (MailboxRow mailbox : mailboxes.values()) {
                mailbox(view, mailbox, bodies);
            }
            strays(view, mailboxes);
            places(view);
            counters(view, mailboxes);
            long orphans = bodies.keySet().stream()
                    .filter(id -> !usedBodies.contains(id))
                    .count();
            return new Report(mailboxes.size(), messages, expunged, bodies.size(), orphans, List.copyOf(findings));
        }
    }

    private Map<MailboxId, MailboxRow> mailboxes(View view) {
        Map<MailboxId, MailboxRow> rows = new TreeMap<>();
        guarded(
                "",
                "",
                () -> view.scan(Family.MAILBOX, new byte[0], null, (key, value) -> {
                    guarded("", "", () -> {
                        MailboxRow row = Codec.mailboxRow(key, value);
                        rows.put(row.id(), row);
                    });
                    return true;
                }));
        return rows;
    }

    private void paths(View view, Map<MailboxId, MailboxRow> mailboxes) {
        Set<MailboxId> named = new HashSet<>();
        guarded(
                "",
                "",
                () -> view.scan(Family.PATH, new byte[0], null, (key, value) -> {
                    MailboxId id = new MailboxId(Codec.id(Family.PATH, key, value));
                    MailboxRow row = mailboxes.get(id);
                    if (row == null || !row.live() || !java.util.Arrays.equals(Keys.path(row.path()), key)) {
                        findings.add(new Finding(
                                "", "", 0, "a name leads to mailbox " + id + ", which has another name or none"));
                    }
                    named.add(id);
                    return true;
                }));
        mailboxes.values().stream()
                .filter(row -> row.live() && !named.contains(row.id()))
                .forEach(row -> add(row, 0, "the mailbox has no entry in the list of names, so no client sees it"));
    }

    private void mailbox(View view, MailboxRow mailbox, Map<Long, BodyScan.Summary> bodies) {
        guarded(mailbox.path().owner(), mailbox.path().name(), () -> {
            byte[] key = Keys.mailbox(mailbox.id());
            Optional<MailboxState> state = view.get(Family.STATE, key).map(v -> Codec.mailboxState(key, v));
            if (state.isEmpty()) {
                add(mailbox, 0, "the counters are missing");
                return;
            }
            MailboxCheck check = new MailboxCheck(
                    view, mailbox, state.get(), bodies, depth == Depth.BODIES, (uid, what) -> add(mailbox, uid, what));
            check.run();
            messages += check.messages();
            expunged += check.expunged();
            usedBodies.addAll(check.bodies());
            maxMessageId = Math.max(maxMessageId, check.maxMessageId());
            maxBodyId = Math.max(maxBodyId, check.maxBodyId());
            progress.accept(messages);
        });
    }

    /** Rows that belong to no mailbox. */
    private void strays(View view, Map<MailboxId, MailboxRow> mailboxes) {
        for (Family family : List.of(
                Family.STATE,
                Family.MESSAGE,
                Family.FLAG_CHUNK,
                Family.FLAG_OVERRIDE,
                Family.CHANGE,
                Family.EXPUNGED,
                Family.KEYWORD,
                Family.STRUCTURE)) {
            guarded("", "", () -> {
                byte[] from = new byte[0];
                while (true) {
                    List<byte[]> next = new ArrayList<>(1);
                    view.scan(family, from, null, (key, value) -> {
                        next.add(key);
                        return false;
                    });
                    if (next.isEmpty()) {
                        return;
                    }
                    MailboxId id = Keys.mailboxOf(family, next.get(0));
                    if (!mailboxes.containsKey(id)) {
                        findings.add(new Finding(
                                "",
                                "",
                                0,
                                "rows of " + family.columnFamily() + " belong to mailbox " + id
                                        + ", which is not there"));
                    }
                    from = Keys.mailbox(new MailboxId(id.value() + 1));
                }
            });
        }
    }

    private void places(View view) {
        guarded(
                "",
                "",
                () -> view.scan(Family.PLACE, new byte[0], null, (key, value) -> {
                    MailboxId mailbox = Keys.placeMailbox(key);
                    long uid = Keys.placeUid(key);
                    byte[] messageKey = Keys.message(mailbox, uid);
                    boolean fits = view.get(Family.MESSAGE, messageKey)
                            .map(v -> Codec.messageFacts(messageKey, v)
                                            .messageId()
                                            .value()
                                    == Keys.idOf(Family.PLACE, key))
                            .orElse(false);
                    if (!fits) {
                        findings.add(new Finding(
                                "",
                                "",
                                uid,
                                "message " + Keys.idOf(Family.PLACE, key) + " is listed in mailbox " + mailbox
                                        + ", where it is not"));
                    }
                    return true;
                }));
    }

    private void counters(View view, Map<MailboxId, MailboxRow> mailboxes) {
        long maxMailbox =
                mailboxes.keySet().stream().mapToLong(MailboxId::value).max().orElse(0);
        counter(view, "mailbox", maxMailbox);
        counter(view, "message", maxMessageId);
        counter(view, "body", maxBodyId);
    }

    private void counter(View view, String name, long used) {
        byte[] key = Keys.text(name);
        long next = view.get(Family.COUNTER, key)
                .map(v -> Codec.id(Family.COUNTER, key, v))
                .orElse(1L);
        if (used >= next) {
            findings.add(new Finding(
                    "", "", 0, "the next " + name + " id is " + next + ", but " + used + " is in use already"));
        }
    }

    private void guarded(String user, String mailbox, Runnable work) {
        try {
            work.run();
        } catch (CorruptionException e) {
            findings.add(new Finding(user, mailbox, 0, "rows cannot be read: " + e.getMessage()));
        }
    }

    private void add(MailboxRow mailbox, long uid, String what) {
        findings.add(new Finding(mailbox.path().owner(), mailbox.path().name(), uid, what));
    }
}
