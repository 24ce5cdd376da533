package org.understudy.restore.proof;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.LoggedEffect;
import org.understudy.storage.LoggedEffect.Kind;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.ChangeCodec;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Keys;
import org.understudy.storage.keyspace.MailboxId;

/**
 * Looks at what others wrote while a restore did: sessions, deliveries and the server itself may go on working, but nobody
 * may write in the restore's name, in its place, or past the rules that every change of a mailbox keeps.
 */
final class OtherRows {
    private final PlannedKeys planned;
    private final Set<String> touched = new java.util.LinkedHashSet<>();

    OtherRows(PlannedKeys planned) {
        this.planned = planned;
    }

    /** Messages of the restore that others have changed or expunged, each with who did. */
    Set<String> touched() {
        return touched;
    }

    /** Gives the rows that nobody but the restore may write, or nobody at all, each with the reason. */
    Map<LoggedEffect.Row, String> unexplained(LoggedEffect effect) {
        Map<LoggedEffect.Row, String> strays = new LinkedHashMap<>();
        boolean known = Authors.known(effect.author());
        Set<MailboxId> counted = new HashSet<>();
        for (LoggedEffect.Row row : effect.rows()) {
            if (row.family() == Family.STATE && row.kind() == Kind.PUT && row.key().length == Long.BYTES) {
                counted.add(Keys.mailboxOf(Family.STATE, row.key()));
            }
        }
        for (LoggedEffect.Row row : effect.rows()) {
            String why;
            try {
                why = known ? why(row, counted, effect.author()) : Authors.unknown(effect.author());
            } catch (CorruptionException e) {
                why = "the row cannot be read: " + e.getMessage();
            }
            if (!why.isEmpty()) {
                strays.put(row, why);
            }
        }
        return strays;
    }

    private String why(LoggedEffect.Row row, Set<MailboxId> counted, String author) {
        Family family = row.family();
        if (family == null || row.kind() == Kind.FOREIGN || row.kind() == Kind.RANGE_DELETED) {
            return "no code of Understudy writes so";
        }
        boolean put = row.kind() == Kind.PUT;
        return switch (family) {
            case MESSAGE -> {
                MailboxId mailbox = Keys.mailboxOf(family, row.key());
                boolean over = put && added(mailbox, Keys.uidOf(family, row.key())) != null;
                yield over ? "it writes over a message that this restore added" : counters(mailbox, counted);
            }
            case STRUCTURE ->
                put && added(Keys.mailboxOf(family, row.key()), Keys.uidOf(family, row.key())) != null
                        ? "it writes over the structure of a message that this restore added"
                        : "";
            case PLACE -> counters(Keys.placeMailbox(row.key()), counted);
            case CHANGE -> {
                note(row, put, author);
                yield counters(Keys.mailboxOf(family, row.key()), counted);
            }
            case FLAG_CHUNK, FLAG_OVERRIDE, EXPUNGED, KEYWORD -> counters(Keys.mailboxOf(family, row.key()), counted);
            case BODY ->
                planned.ownBody(new BodyId(Keys.idOf(family, row.key())))
                        ? "it writes over a body that this restore brought"
                        : "";
            case JOURNAL -> planned.restoreJournal(row.key()) ? "only this restore may write its own journal" : "";
            case MAILBOX,
                    PATH,
                    STATE,
                    BODY_INDEX,
                    ACCOUNT,
                    SUBSCRIPTION,
                    ANNOTATION,
                    ACCESS_LIST,
                    QUOTA_LIMIT,
                    ATTACHMENT,
                    SETTING,
                    COUNTER -> "";
        };
    }

    /** Every effect on a mailbox's messages writes its counters too. */
    private static String counters(MailboxId mailbox, Set<MailboxId> counted) {
        return counted.contains(mailbox) ? "" : "it changes a mailbox past its counters";
    }

    private PlannedKeys.@Nullable Message added(MailboxId mailbox, long uid) {
        PlannedKeys.Box box = planned.box(mailbox);
        PlannedKeys.Message message = box == null ? null : box.messages.get(uid);
        return message != null && message.deed == PlannedKeys.Deed.ADDED ? message : null;
    }

    private void note(LoggedEffect.Row row, boolean put, String author) {
        MailboxId mailbox = Keys.mailboxOf(Family.CHANGE, row.key());
        PlannedKeys.Box box = planned.box(mailbox);
        if (box == null || !put) {
            return;
        }
        for (long uid : ChangeCodec.decode(row.key(), row.value()).uids()) {
            if (box.messages.containsKey(uid)) {
                touched.add(box.target + " UID " + uid + ", by " + author);
            }
        }
    }
}
