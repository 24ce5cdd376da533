package org.understudy.storage.fsck;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.keyspace.Codec;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Keys;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MailboxState;

/** Checks the rows that belong to no single mailbox. */
final class StoreRows {
    private final Reading view;
    private final Consumer<Fsck.Finding> findings;

    StoreRows(Reading view, Consumer<Fsck.Finding> findings) {
        this.view = view;
        this.findings = findings;
    }

    Map<MailboxId, MailboxRow> mailboxes() {
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

    /** The counters of a mailbox; where there are none, that is a finding. */
    Optional<MailboxState> state(MailboxRow mailbox) {
        byte[] key = Keys.mailbox(mailbox.id());
        Optional<MailboxState> state = view.get(Family.STATE, key).map(v -> Codec.mailboxState(key, v));
        if (state.isEmpty()) {
            add(mailbox, 0, "the counters are missing");
        }
        return state;
    }

    /** All but mailboxes themselves. */
    void check(Map<MailboxId, MailboxRow> mailboxes) {
        paths(mailboxes);
        strays(mailboxes);
        places();
        long maxMailbox =
                mailboxes.keySet().stream().mapToLong(MailboxId::value).max().orElse(0);
        counter("mailbox", maxMailbox);
        furtherRows();
    }

    private void paths(Map<MailboxId, MailboxRow> mailboxes) {
        Set<MailboxId> named = new HashSet<>();
        guarded(
                "",
                "",
                () -> view.scan(Family.PATH, new byte[0], null, (key, value) -> {
                    MailboxId id = new MailboxId(Codec.id(Family.PATH, key, value));
                    MailboxRow row = mailboxes.get(id);
                    if (row == null || !row.live() || !Arrays.equals(Keys.path(row.path()), key)) {
                        add("a name leads to mailbox " + id + ", which has another name or none");
                    }
                    named.add(id);
                    return true;
                }));
        mailboxes.values().stream()
                .filter(row -> row.live() && !named.contains(row.id()))
                .forEach(row -> add(row, 0, "the mailbox has no entry in the list of names, so no client sees it"));
    }

    /** Rows that belong to no mailbox. */
    private void strays(Map<MailboxId, MailboxRow> mailboxes) {
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
                        add("rows of " + family.columnFamily() + " belong to mailbox " + id + ", which is not there");
                    }
                    from = Keys.mailbox(new MailboxId(id.value() + 1));
                }
            });
        }
    }

    private void places() {
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
                        findings.accept(new Fsck.Finding(
                                "",
                                "",
                                uid,
                                "message " + Keys.idOf(Family.PLACE, key) + " is listed in mailbox " + mailbox
                                        + ", where it is not"));
                    }
                    return true;
                }));
    }

    /** Rows that nothing else compares: each must be readable, and in a form that is known where there is one. */
    private void furtherRows() {
        for (Family family : List.of(
                Family.BODY_INDEX,
                Family.ACCOUNT,
                Family.SUBSCRIPTION,
                Family.ANNOTATION,
                Family.ACCESS_LIST,
                Family.QUOTA_LIMIT,
                Family.ATTACHMENT,
                Family.JOURNAL,
                Family.SETTING,
                Family.COUNTER)) {
            guarded(
                    "",
                    "",
                    () -> view.scan(family, new byte[0], null, (key, value) -> {
                        guarded("", "", () -> decode(family, key, value));
                        return true;
                    }));
        }
    }

    private static void decode(Family family, byte[] key, byte[] value) {
        if (family == Family.ACCOUNT) {
            Object unused = Codec.account(key, value);
        } else if (family == Family.BODY_INDEX || family == Family.COUNTER) {
            long unused = Codec.id(family, key, value);
        }
    }

    /** An id that is in use must lie before the next one that is given out. */
    void counter(String name, long used) {
        byte[] key = Keys.text(name);
        guarded("", "", () -> {
            long next = view.get(Family.COUNTER, key)
                    .map(v -> Codec.id(Family.COUNTER, key, v))
                    .orElse(1L);
            if (used >= next) {
                add("the next " + name + " id is " + next + ", but " + used + " is in use already");
            }
        });
    }

    void guarded(String user, String mailbox, Runnable work) {
        try {
            work.run();
        } catch (CorruptionException e) {
            findings.accept(new Fsck.Finding(user, mailbox, 0, "rows cannot be read: " + e.getMessage()));
        }
    }

    private void add(String what) {
        findings.accept(new Fsck.Finding("", "", 0, what));
    }

    void add(MailboxRow mailbox, long uid, String what) {
        findings.accept(new Fsck.Finding(mailbox.path().owner(), mailbox.path().name(), uid, what));
    }
}
