package org.understudy.storage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.engine.Effect;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.BodyCodec;
import org.understudy.storage.keyspace.ChangeCodec;
import org.understudy.storage.keyspace.Codec;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.FlagCodec;
import org.understudy.storage.keyspace.FlagCodec.Packed;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.Keys;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxState;
import org.understudy.storage.keyspace.MessageFacts;
import org.understudy.storage.keyspace.MessageFlags;
import org.understudy.storage.keyspace.MessageId;
import org.understudy.storage.keyspace.MessageRow;

/**
 * All that one effect does to one mailbox: it adds up rows, counters and the change log. Used under the lock of the
 * mailbox, once.
 */
final class MailboxChange {
    private static final byte[] NOTHING = new byte[0];
    private static final long MAX_UID = 0xFFFF_FFFFL;

    private final Effect effect;
    private final Handles.Handle handle;
    private final FlagTable flagTable;
    private final Author author;
    private final Instant now;
    private final FlagChanges flagChanges = new FlagChanges();
    private final List<Long> vanished = new ArrayList<>();
    private final List<Long> edited = new ArrayList<>();
    private final Set<Long> writtenChunks = new HashSet<>();
    private Expunges expunges = Expunges.NONE;
    private Flags lastFlags = Flags.NONE;
    private @Nullable Packed lastRecent;
    private long uidNext;
    private long highestModSeq;
    private long messages;
    private long unseen;
    private long bytes;
    private long changedModSeq;
    private long vanishedModSeq;

    MailboxChange(Effect effect, Handles.Handle handle, FlagTable flagTable, Author author, Instant now) {
        this.effect = effect;
        this.handle = handle;
        this.flagTable = flagTable;
        this.author = author;
        this.now = now;
        MailboxState state = handle.state();
        uidNext = state.uidNext();
        highestModSeq = state.highestModSeq();
        messages = state.messages();
        unseen = state.unseen();
        bytes = state.bytes();
    }

    boolean isEmpty() {
        return flagChanges.isEmpty() && edited.isEmpty();
    }

    /** @param structure the row of its structure, or null where that cannot be read */
    Appended add(NewMessage message, BodyTable.Ready body, MessageId newId, byte @Nullable [] structure) {
        long uid = message.uid() == 0 ? uidNext : message.uid();
        MessageId id = message.messageId() == null ? newId : message.messageId();
        MessageId thread = message.threadId() == null ? id : message.threadId();
        MailboxId mailbox = handle.id();
        Instant savedAt = message.savedAt() == null ? now : message.savedAt();
        MessageFacts facts = new MessageFacts(
                mailbox,
                checkedUid(uid),
                id,
                thread,
                body.id(),
                message.size(),
                message.headerSize(),
                message.internalDate(),
                savedAt,
                message.digest(),
                message.mime());
        byte[] row = Codec.encode(facts);
        insert(uid, row, FlagCodec.pack(message.flags(), changedModSeq(), handle.keywords()), structure);
        Appended appended = new Appended(uid, changedModSeq, id, thread, body.id(), savedAt);
        BodyTable.write(effect, body, head(message.size(), body.rawDigest(), message.digest(), appended, message));
        return appended;
    }

    private BodyCodec.Head head(long size, Digest raw, Digest digest, Appended appended, NewMessage message) {
        return new BodyCodec.Head(
                size,
                raw,
                digest,
                handle.id(),
                appended.uid(),
                appended.modSeq(),
                message.internalDate(),
                message.flags());
    }

    /** Adds a copy of a message, with {@code \Recent}; it shares the original's structure. */
    void addCopy(Original original, Copies copies) {
        long uid = checkedUid(uidNext);
        byte[] row = MessageRow.copy(original.key(), original.row(), now.toEpochMilli());
        insert(uid, row, recent(original.flags()), null);
        copies.add(uid, changedModSeq, row);
    }

    /** Many in a row have the same flags. */
    private Packed recent(Flags flags) {
        Packed packed = lastRecent;
        if (packed == null || !flags.equals(lastFlags)) {
            packed = FlagCodec.pack(flags.with(Flags.RECENT), changedModSeq(), handle.keywords());
            lastFlags = flags;
            lastRecent = packed;
        }
        return packed;
    }

    private long checkedUid(long uid) {
        if (uid < uidNext) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "UID " + uid + " was given out before in mailbox "
                            + handle.row().path() + ", whose UIDNEXT is " + uidNext,
                    "UIDs are never reused; let the message have a new one.");
        }
        if (uid > MAX_UID) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "mailbox " + handle.row().path() + " has given out all UIDs",
                    "Copy its messages to a new mailbox.");
        }
        return uid;
    }

    private void insert(long uid, byte[] row, Packed flags, byte @Nullable [] structure) {
        MailboxId mailbox = handle.id();
        byte[] key = Keys.message(mailbox, uid);
        effect.put(Family.MESSAGE, key, row);
        effect.put(Family.PLACE, Keys.place(new MessageId(MessageRow.messageId(row)), mailbox, uid), NOTHING);
        if (structure != null) {
            effect.put(Family.STRUCTURE, key, structure);
        }
        flagChanges.put(uid, flags);
        uidNext = uid + 1;
        messages++;
        bytes += MessageRow.size(row);
        unseen += (flags.bits() & Flags.SEEN) == 0 ? 1 : 0;
    }

    FlagsChange setFlags(MessageId id, MessageFlags before, Flags after) {
        if (before.flags().equals(after)) {
            return new FlagsChange(before.uid(), id, before.modSeq(), before.flags(), before.flags());
        }
        long modSeq = changedModSeq();
        flagChanges.put(before.uid(), FlagCodec.pack(after, modSeq, handle.keywords()));
        unseen += (after.has(Flags.SEEN) ? 0 : 1) - (before.flags().has(Flags.SEEN) ? 0 : 1);
        return new FlagsChange(before.uid(), id, modSeq, before.flags(), after);
    }

    /**
     * Edits the flags of many messages, chunk by chunk; the mailbox is settled. Nothing else changes flags in the same
     * effect.
     *
     * @param unchangedSince messages with a greater MODSEQ are left as they are (RFC 7162 section 3.1.3)
     * @param made is given each message that was not left, changed or not, by UID
     * @param left is given the UIDs of those that were
     */
    void edit(UidSet uids, FlagEdit edit, long unchangedSince, List<FlagsChange> made, List<Long> left) {
        FlagEditing editing = new FlagEditing(edit, handle);
        UidSet.Membership wanted = uids.membership();
        FlagChanges changed = new FlagChanges();
        flagTable.chunks(handle, uids, chunk -> {
            changed.clear();
            for (int i = 0; i < chunk.uids().size(); i++) {
                long uid = chunk.uids().get(i);
                Packed before = chunk.packed().get(i);
                if (!wanted.has(uid)) {
                    continue;
                }
                if (before.modSeq() > unchangedSince) {
                    left.add(uid);
                    continue;
                }
                Packed after = editing.apply(before);
                Flags flagsBefore = editing.flags(before);
                if (after.equals(before)) {
                    made.add(new FlagsChange(uid, null, before.modSeq(), flagsBefore, flagsBefore));
                    continue;
                }
                Packed dated = new Packed(false, changedModSeq(), after.bits(), after.more());
                Flags flagsAfter = editing.flags(dated);
                unseen += (flagsAfter.has(Flags.SEEN) ? 0 : 1) - (flagsBefore.has(Flags.SEEN) ? 0 : 1);
                made.add(new FlagsChange(uid, null, changedModSeq, flagsBefore, flagsAfter));
                edited.add(uid);
                chunk.packed().set(i, dated);
                changed.put(uid, dated);
            }
            if (changed.size() >= FlagTable.CHUNK_CHANGES) {
                flagTable.write(effect, handle, chunk);
                writtenChunks.add(chunk.number());
            } else {
                flagChanges.putAll(changed);
            }
        });
    }

    /**
     * Takes a message away and into the expunge log; to be called in UID order. Its structure stays, which copies may
     * share, until its body is reclaimed.
     */
    void remove(Original message, ExpungeReason reason) {
        if (vanishedModSeq == 0) {
            vanishedModSeq = ++highestModSeq;
            expunges = new Expunges(now, author.tag(), handle.observed());
        }
        expunges.add(message, reason, vanishedModSeq);
        byte[] key = message.key();
        byte[] row = message.row();
        effect.put(Family.EXPUNGED, key, expunges.row(message, reason));
        effect.delete(Family.MESSAGE, key);
        effect.delete(Family.PLACE, Keys.place(new MessageId(MessageRow.messageId(row)), handle.id(), message.uid()));
        flagChanges.put(message.uid(), Packed.GONE);
        vanished.add(message.uid());
        messages--;
        bytes -= MessageRow.size(row);
        unseen -= message.flags().has(Flags.SEEN) ? 0 : 1;
    }

    /** What was taken away so far. */
    Expunges expunges() {
        return expunges;
    }

    /** Takes a UID out of circulation without a message. */
    long skipUid() {
        long uid = checkedUid(uidNext);
        uidNext = uid + 1;
        return uid;
    }

    /** Takes a MODSEQ out of circulation without a change. */
    long skipModSeq() {
        return ++highestModSeq;
    }

    /** Lets counters begin at these values at least; UIDs and MODSEQs below them are never given out. */
    void raise(long uidNextAtLeast, long highestModSeqAtLeast) {
        uidNext = Math.max(uidNext, Math.min(uidNextAtLeast, MAX_UID));
        highestModSeq = Math.max(highestModSeq, highestModSeqAtLeast);
    }

    /** Adds what is left to the effect: flags, change log, counters. */
    MailboxState finish() {
        flagTable.write(effect, handle, flagChanges, writtenChunks);
        handle.keywords().writeNew(effect);
        if (changedModSeq != 0) {
            log(ChangeCodec.Kind.CHANGED, changedModSeq, edited.isEmpty() ? changed() : edited);
        }
        if (vanishedModSeq != 0) {
            log(ChangeCodec.Kind.VANISHED, vanishedModSeq, vanished);
        }
        MailboxState state = new MailboxState(uidNext, highestModSeq, messages, unseen, bytes);
        effect.put(Family.STATE, Keys.mailbox(handle.id()), Codec.encode(state));
        return state;
    }

    private List<Long> changed() {
        List<Long> changed = new ArrayList<>(flagChanges.size());
        for (int i = 0; i < flagChanges.size(); i++) {
            if (!flagChanges.packed(i).removed()) {
                changed.add(flagChanges.uid(i));
            }
        }
        return changed;
    }

    private void log(ChangeCodec.Kind kind, long modSeq, List<Long> uids) {
        effect.put(Family.CHANGE, Keys.change(handle.id(), modSeq), ChangeCodec.encode(kind, uids));
    }

    private long changedModSeq() {
        if (changedModSeq == 0) {
            changedModSeq = ++highestModSeq;
        }
        return changedModSeq;
    }
}
