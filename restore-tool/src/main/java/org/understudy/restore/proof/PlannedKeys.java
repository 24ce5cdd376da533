package org.understudy.restore.proof;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.plan.TargetMailbox;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.Keys;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.keyspace.MessageId;

/**
 * The keys that one merge or undo is to write, by what it does with which message; filled first, then ticked off while
 * the log is read. Not thread-safe.
 */
public final class PlannedKeys {
    /** What is done with a message. */
    public enum Deed {
        ADDED,
        FLAGGED,
        EXPUNGED;

        Set<Mark> needed() {
            return switch (this) {
                case ADDED -> EnumSet.of(Mark.ROW, Mark.PLACE, Mark.FLAGS, Mark.STRUCTURE);
                case FLAGGED -> EnumSet.of(Mark.FLAGS);
                case EXPUNGED -> EnumSet.of(Mark.ROW, Mark.PLACE, Mark.LOGGED);
            };
        }
    }

    /** The keys of a message that are ticked off. */
    enum Mark {
        ROW("row"),
        PLACE("place"),
        FLAGS("flags"),
        STRUCTURE("structure"),
        LOGGED("entry of the expunge log");

        private final String word;

        Mark(String word) {
            this.word = word;
        }
    }

    /** One message of the plan. */
    static final class Message {
        final Deed deed;
        final MessageId id;
        /** That of the plan's digest and body, for added ones. */
        final @Nullable Digest digest;

        final @Nullable BodyId body;
        final Set<Mark> seen = EnumSet.noneOf(Mark.class);

        Message(Deed deed, MessageId id, @Nullable Digest digest, @Nullable BodyId body) {
            this.deed = deed;
            this.id = id;
            this.digest = digest;
            this.body = body;
        }
    }

    /** One mailbox of the plan. */
    static final class Box {
        final TargetMailbox target;
        final Map<Long, Message> messages = new TreeMap<>();
        final Set<String> keywords = new HashSet<>();
        boolean remade;
        boolean rowSeen;
        boolean pathSeen;

        Box(TargetMailbox target) {
            this.target = target;
        }
    }

    private static final MessageId NONE = new MessageId(1);

    private final String restoreId;
    private final String journalPrefix;
    private final boolean undo;
    private final Map<MailboxId, Box> boxes = new HashMap<>();
    private final Map<ByteBuffer, Set<BodyId>> indexes = new HashMap<>();
    private final Set<ByteBuffer> indexesSeen = new HashSet<>();
    private final Set<ByteBuffer> subscriptions = new HashSet<>();
    private final Set<BodyId> bodies = new HashSet<>();
    private final List<long[]> takenIn = new ArrayList<>();
    private final List<String> faults = new ArrayList<>();

    /**
     * @param journalPrefix what the keys of its own journal rows begin with
     * @param undo whether it takes a merge back
     */
    public PlannedKeys(String restoreId, String journalPrefix, boolean undo) {
        this.restoreId = restoreId;
        this.journalPrefix = journalPrefix;
        this.undo = undo;
    }

    /** A mailbox in which messages are changed. */
    public void mailbox(MailboxId id, TargetMailbox target) {
        boxes.computeIfAbsent(id, key -> new Box(target));
    }

    /** A mailbox that is made, or by an undo deleted, with its owner's subscription where that is wanted. */
    public void remadeMailbox(MailboxId id, TargetMailbox target, boolean subscription) {
        boxes.computeIfAbsent(id, key -> new Box(target)).remade = true;
        if (subscription) {
            subscriptions.add(ByteBuffer.wrap(Keys.row(target.user(), target.name())));
        }
    }

    /** A message that is added. */
    public void added(MailboxId mailbox, long uid, MessageId id, Digest digest, BodyId body, Flags flags) {
        put(mailbox, uid, new Message(Deed.ADDED, id, digest, body));
        keywords(mailbox, flags);
        indexes.computeIfAbsent(ByteBuffer.wrap(Keys.bodyIndex(digest)), key -> new HashSet<>(2))
                .add(body);
        bodies.add(body);
    }

    /** A message whose flags are changed. */
    public void flagged(MailboxId mailbox, long uid, Flags flags) {
        put(mailbox, uid, new Message(Deed.FLAGGED, NONE, null, null));
        keywords(mailbox, flags);
    }

    /** A message that is expunged. */
    public void expunged(MailboxId mailbox, long uid, MessageId id) {
        put(mailbox, uid, new Message(Deed.EXPUNGED, id, null, null));
    }

    /** Files were taken in between these sequence numbers, which can take up one. */
    public void takenIn(long from, long to) {
        takenIn.add(new long[] {from, to});
    }

    /** Something that the plan and the journal do not agree on. */
    public void fault(String what) {
        faults.add(what);
    }

    private void put(MailboxId mailbox, long uid, Message message) {
        Box box = boxes.get(mailbox);
        if (box == null) {
            throw new IllegalStateException("mailbox " + mailbox + " is not of this plan");
        }
        if (box.messages.put(uid, message) != null) {
            faults.add(box.target + " UID " + uid + ": named twice");
        }
    }

    private void keywords(MailboxId mailbox, Flags flags) {
        Box box = boxes.get(mailbox);
        if (box != null) {
            flags.keywords().forEach(one -> box.keywords.add(one.toLowerCase(Locale.ROOT)));
        }
    }

    boolean undo() {
        return undo;
    }

    String restoreId() {
        return restoreId;
    }

    @Nullable
    Box box(MailboxId id) {
        return boxes.get(id);
    }

    boolean ownBody(BodyId id) {
        return bodies.contains(id);
    }

    boolean ownJournal(byte[] key) {
        return new String(key, StandardCharsets.UTF_8).startsWith(journalPrefix);
    }

    /** Whether a journal key is of this restore, of whichever of its merges and undos. */
    boolean restoreJournal(byte[] key) {
        return new String(key, StandardCharsets.UTF_8).startsWith(restoreId + "/");
    }

    boolean subscription(byte[] key) {
        return subscriptions.contains(ByteBuffer.wrap(key));
    }

    /** Ticks off the index row of a planned body; false if no planned message has that digest and body. */
    boolean index(byte[] key, BodyId body) {
        ByteBuffer digest = ByteBuffer.wrap(key);
        boolean known = indexes.getOrDefault(digest, Set.of()).contains(body);
        if (known) {
            indexesSeen.add(digest);
        }
        return known;
    }

    /** The mailbox that is to have this path; empty if none is remade. */
    Optional<Box> remade(byte[] pathKey) {
        ByteBuffer wanted = ByteBuffer.wrap(pathKey);
        return boxes.values().stream()
                .filter(box -> box.remade)
                .filter(box -> ByteBuffer.wrap(Keys.path(MailboxPath.of(box.target.user(), box.target.name())))
                        .equals(wanted))
                .findFirst();
    }

    /** Why sequence numbers may be missing from the log, or empty. */
    String explains(long from, long to) {
        boolean ingestion = from == to && takenIn.stream().anyMatch(one -> one[0] < from && to <= one[1]);
        return ingestion ? "taken up by body files that were taken in" : "";
    }

    /** How many keys were to be written. */
    long planned() {
        long keys = indexes.size();
        for (Box box : boxes.values()) {
            keys += box.remade ? 2L : 0L;
            for (Message message : box.messages.values()) {
                keys += message.deed.needed().size();
            }
        }
        return keys;
    }

    /** Says what was not written, one line each. */
    List<String> missing() {
        List<String> missing = new ArrayList<>(faults);
        boxes.forEach((id, box) -> {
            if (box.remade && !box.rowSeen) {
                missing.add(box.target + ": its mailbox row was not written");
            }
            if (box.remade && !box.pathSeen) {
                missing.add(box.target + ": its path was not written");
            }
            box.messages.forEach((uid, message) -> message.deed.needed().stream()
                    .filter(mark -> !message.seen.contains(mark))
                    .sorted()
                    .forEach(mark ->
                            missing.add(box.target + " UID " + uid + ": its " + mark.word + " was not written")));
        });
        int indexesLeft = indexes.size() - indexesSeen.size();
        if (indexesLeft > 0) {
            missing.add(indexesLeft + " index rows of bodies were not written");
        }
        return missing;
    }

    /** How many of the planned keys are not ticked off, faults apart. */
    long unwritten() {
        long left = (long) indexes.size() - indexesSeen.size();
        for (Box box : boxes.values()) {
            left += box.remade && !box.rowSeen ? 1L : 0L;
            left += box.remade && !box.pathSeen ? 1L : 0L;
            for (Message message : box.messages.values()) {
                left += message.deed.needed().stream()
                        .filter(mark -> !message.seen.contains(mark))
                        .count();
            }
        }
        return left;
    }
}
