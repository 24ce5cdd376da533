package org.understudy.restore.proof;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.LoggedEffect;
import org.understudy.storage.LoggedEffect.Kind;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.ChangeCodec;
import org.understudy.storage.keyspace.Codec;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.FlagCodec;
import org.understudy.storage.keyspace.Keys;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MessageFacts;
import org.understudy.storage.keyspace.StructureCodec;

/** Holds the rows that a restore wrote against its plan, row by row, values included. */
final class OwnRows {
    private final PlannedKeys planned;

    OwnRows(PlannedKeys planned) {
        this.planned = planned;
    }

    /** What an effect's change log says, by mailbox and MODSEQ: flag rows must agree with it. */
    private static final class Changes {
        private final Map<MailboxId, Map<Long, Set<Long>>> changed = new HashMap<>();
        private final Map<MailboxId, Set<Long>> vanished = new HashMap<>();

        Changes(LoggedEffect effect) {
            for (LoggedEffect.Row row : effect.rows()) {
                if (row.family() == Family.CHANGE && row.kind() == Kind.PUT) {
                    add(row);
                }
            }
        }

        private void add(LoggedEffect.Row row) {
            MailboxId mailbox = Keys.mailboxOf(Family.CHANGE, row.key());
            ChangeCodec.Change change = ChangeCodec.decode(row.key(), row.value());
            switch (change.kind()) {
                case CHANGED ->
                    changed.computeIfAbsent(mailbox, key -> new HashMap<>())
                            .put(Keys.modSeqOf(row.key()), new HashSet<>(change.uids()));
                case VANISHED ->
                    vanished.computeIfAbsent(mailbox, key -> new HashSet<>()).addAll(change.uids());
            }
        }

        Map<Long, Set<Long>> of(MailboxId mailbox) {
            return changed.getOrDefault(mailbox, Map.of());
        }

        boolean vanished(MailboxId mailbox, long uid) {
            return vanished.getOrDefault(mailbox, Set.of()).contains(uid);
        }
    }

    /** Ticks off the rows of one effect, and gives those that nothing explains, each with the reason. */
    Map<LoggedEffect.Row, String> unexplained(LoggedEffect effect) {
        Map<LoggedEffect.Row, String> strays = new java.util.LinkedHashMap<>();
        Changes changes;
        try {
            changes = new Changes(effect);
        } catch (CorruptionException e) {
            effect.rows().forEach(row -> strays.put(row, "the effect's change log cannot be read: " + e.getMessage()));
            return strays;
        }
        for (LoggedEffect.Row row : effect.rows()) {
            String why;
            try {
                why = why(row, changes);
            } catch (CorruptionException e) {
                why = "the row cannot be read: " + e.getMessage();
            }
            if (!why.isEmpty()) {
                strays.put(row, why);
            }
        }
        return strays;
    }

    /** Empty if the row is explained. */
    private String why(LoggedEffect.Row row, Changes changes) {
        Family family = row.family();
        if (family == null || row.kind() == Kind.FOREIGN || row.kind() == Kind.RANGE_DELETED) {
            return "no operation of a restore is of this kind";
        }
        boolean put = row.kind() == Kind.PUT;
        return switch (family) {
            case MESSAGE -> message(row, put);
            case PLACE -> place(row, put);
            case STRUCTURE -> structure(row, put);
            case FLAG_OVERRIDE -> override(row, put, changes);
            case FLAG_CHUNK -> chunk(row, put, changes);
            case CHANGE -> put ? change(row) : "the change log is never cut by a restore";
            case EXPUNGED -> expunged(row, put);
            case STATE -> put && planned.box(Keys.mailboxOf(family, row.key())) != null ? "" : foreignMailbox();
            case KEYWORD -> keyword(row, put);
            case MAILBOX -> mailbox(row, put);
            case PATH -> path(row, put);
            case ANNOTATION, ACCESS_LIST -> ownedRow(row, put);
            case SUBSCRIPTION ->
                planned.subscription(row.key()) && put != planned.undo()
                        ? ""
                        : "the plan does not change this subscription";
            case BODY_INDEX ->
                put && planned.index(row.key(), new BodyId(Codec.id(family, row.key(), row.value())))
                        ? ""
                        : "no planned message has this digest and body";
            case JOURNAL -> put && planned.ownJournal(row.key()) ? "" : "this journal row is not of this step";
            case BODY, ACCOUNT, QUOTA_LIMIT, ATTACHMENT, SETTING, COUNTER -> "a restore writes no row of this family";
        };
    }

    private static String foreignMailbox() {
        return "the mailbox is not one of the plan";
    }

    private PlannedKeys.@Nullable Message planned(Family family, byte[] key, long uid) {
        PlannedKeys.Box box = planned.box(Keys.mailboxOf(family, key));
        return box == null ? null : box.messages.get(uid);
    }

    private String message(LoggedEffect.Row row, boolean put) {
        long uid = Keys.uidOf(Family.MESSAGE, row.key());
        PlannedKeys.Message message = planned(Family.MESSAGE, row.key(), uid);
        if (message == null || message.deed != (put ? PlannedKeys.Deed.ADDED : PlannedKeys.Deed.EXPUNGED)) {
            return "the plan does not " + (put ? "add" : "expunge") + " a message there";
        }
        if (put) {
            MessageFacts facts = Codec.messageFacts(row.key(), row.value());
            if (!Objects.equals(facts.digest(), message.digest)
                    || !Objects.equals(facts.body(), message.body)
                    || !facts.messageId().equals(message.id)) {
                return "the row names digest " + facts.digest() + " and body " + facts.body() + ", the plan "
                        + message.digest + " and " + message.body;
            }
        }
        message.seen.add(PlannedKeys.Mark.ROW);
        return "";
    }

    private String place(LoggedEffect.Row row, boolean put) {
        PlannedKeys.Box box = planned.box(Keys.placeMailbox(row.key()));
        PlannedKeys.Message message = box == null ? null : box.messages.get(Keys.placeUid(row.key()));
        if (message == null
                || message.deed != (put ? PlannedKeys.Deed.ADDED : PlannedKeys.Deed.EXPUNGED)
                || message.id.value() != Keys.idOf(Family.PLACE, row.key())) {
            return "the plan does not " + (put ? "give" : "take") + " a message this place";
        }
        message.seen.add(PlannedKeys.Mark.PLACE);
        return "";
    }

    private String structure(LoggedEffect.Row row, boolean put) {
        PlannedKeys.Message message = planned(Family.STRUCTURE, row.key(), Keys.uidOf(Family.STRUCTURE, row.key()));
        if (message == null || message.deed != (put ? PlannedKeys.Deed.ADDED : PlannedKeys.Deed.EXPUNGED)) {
            return "the plan does not " + (put ? "add" : "expunge") + " a message there";
        }
        if (put) {
            StructureCodec.decode(row.key(), row.value());
            message.seen.add(PlannedKeys.Mark.STRUCTURE);
        }
        return "";
    }

    private String override(LoggedEffect.Row row, boolean put, Changes changes) {
        MailboxId mailbox = Keys.mailboxOf(Family.FLAG_OVERRIDE, row.key());
        long uid = Keys.uidOf(Family.FLAG_OVERRIDE, row.key());
        PlannedKeys.Box box = planned.box(mailbox);
        if (box == null) {
            return foreignMailbox();
        }
        if (!put) {
            return "";
        }
        FlagCodec.Packed packed = FlagCodec.override(row.key(), row.value());
        PlannedKeys.Message message = box.messages.get(uid);
        boolean known = message != null
                && (packed.removed()
                        ? message.deed == PlannedKeys.Deed.EXPUNGED && changes.vanished(mailbox, uid)
                        : message.deed != PlannedKeys.Deed.EXPUNGED
                                && changes.of(mailbox)
                                        .getOrDefault(packed.modSeq(), Set.of())
                                        .contains(uid));
        if (message == null || !known) {
            return "the plan does not change the flags of this message so";
        }
        message.seen.add(PlannedKeys.Mark.FLAGS);
        return "";
    }

    /** A chunk holds the flags of others too; those must not have a MODSEQ of this effect. */
    private String chunk(LoggedEffect.Row row, boolean put, Changes changes) {
        MailboxId mailbox = Keys.mailboxOf(Family.FLAG_CHUNK, row.key());
        PlannedKeys.Box box = planned.box(mailbox);
        if (box == null) {
            return foreignMailbox();
        }
        if (!put) {
            return planned.undo() ? "" : "a merge deletes no flags";
        }
        Map<Long, Set<Long>> changed = changes.of(mailbox);
        List<Long> unplanned = new ArrayList<>();
        FlagCodec.chunk(row.key(), row.value(), (uid, packed) -> {
            Set<Long> ofModSeq = changed.get(packed.modSeq());
            if (ofModSeq == null) {
                return;
            }
            PlannedKeys.Message message = box.messages.get(uid);
            if (message == null || message.deed == PlannedKeys.Deed.EXPUNGED || !ofModSeq.contains(uid)) {
                unplanned.add(uid);
            } else {
                message.seen.add(PlannedKeys.Mark.FLAGS);
            }
        });
        return unplanned.isEmpty() ? "" : "it changes the flags of UIDs that the plan does not: " + unplanned;
    }

    private String change(LoggedEffect.Row row) {
        PlannedKeys.Box box = planned.box(Keys.mailboxOf(Family.CHANGE, row.key()));
        if (box == null) {
            return foreignMailbox();
        }
        ChangeCodec.Change change = ChangeCodec.decode(row.key(), row.value());
        List<Long> unplanned = new ArrayList<>();
        for (long uid : change.uids()) {
            PlannedKeys.Message message = box.messages.get(uid);
            boolean fits = message != null
                    && switch (change.kind()) {
                        case CHANGED -> message.deed != PlannedKeys.Deed.EXPUNGED;
                        case VANISHED -> message.deed == PlannedKeys.Deed.EXPUNGED;
                    };
            if (!fits) {
                unplanned.add(uid);
            }
        }
        return unplanned.isEmpty() ? "" : "it names UIDs that the plan does not: " + unplanned;
    }

    private String expunged(LoggedEffect.Row row, boolean put) {
        PlannedKeys.Message message = planned(Family.EXPUNGED, row.key(), Keys.uidOf(Family.EXPUNGED, row.key()));
        if (!put || message == null || message.deed != PlannedKeys.Deed.EXPUNGED) {
            return "the plan does not expunge a message there";
        }
        message.seen.add(PlannedKeys.Mark.LOGGED);
        return "";
    }

    private String keyword(LoggedEffect.Row row, boolean put) {
        PlannedKeys.Box box = planned.box(Keys.mailboxOf(Family.KEYWORD, row.key()));
        if (box == null || !put) {
            return foreignMailbox();
        }
        String keyword = new String(Codec.blob(Family.KEYWORD, row.key(), row.value()), StandardCharsets.UTF_8);
        return box.keywords.contains(keyword.toLowerCase(Locale.ROOT))
                ? ""
                : "no planned message of the mailbox has the keyword " + keyword;
    }

    private String mailbox(LoggedEffect.Row row, boolean put) {
        PlannedKeys.Box box = planned.box(Keys.mailboxOf(Family.MAILBOX, row.key()));
        if (box == null || !put || !box.remade) {
            return "the plan does not " + (planned.undo() ? "delete" : "make") + " this mailbox";
        }
        MailboxRow made = Codec.mailboxRow(row.key(), row.value());
        if (made.live() == planned.undo()
                || !made.path().owner().equals(box.target.user())
                || !made.path().name().equals(box.target.name())) {
            return "the row is of " + made.path() + ", the plan's is " + box.target;
        }
        box.rowSeen = true;
        return "";
    }

    private String path(LoggedEffect.Row row, boolean put) {
        PlannedKeys.Box box = planned.remade(row.key()).orElse(null);
        if (box == null || put == planned.undo()) {
            return "the plan does not " + (put ? "make" : "delete") + " a mailbox of this path";
        }
        box.pathSeen = true;
        return "";
    }

    /** Annotations and rights of a mailbox go with it. */
    private String ownedRow(LoggedEffect.Row row, boolean put) {
        String text = new String(row.key(), StandardCharsets.UTF_8);
        int nul = text.indexOf('\0');
        String owner = nul < 0 ? "" : text.substring(0, nul);
        PlannedKeys.Box box = owner.matches("[0-9]{1,18}") ? planned.box(new MailboxId(Long.parseLong(owner))) : null;
        boolean ours = box != null && box.remade;
        return ours && !put && planned.undo() ? "" : "a restore changes no row of this family here";
    }
}
