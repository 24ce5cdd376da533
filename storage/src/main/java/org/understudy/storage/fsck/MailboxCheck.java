package org.understudy.storage.fsck;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.keyspace.ChangeCodec;
import org.understudy.storage.keyspace.Codec;
import org.understudy.storage.keyspace.ExpungedMessage;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.FlagCodec;
import org.understudy.storage.keyspace.FlagCodec.Packed;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.Keys;
import org.understudy.storage.keyspace.MailboxRow;
import org.understudy.storage.keyspace.MailboxState;
import org.understudy.storage.keyspace.MessageFacts;
import org.understudy.storage.keyspace.MessageRow;
import org.understudy.storage.keyspace.StructureCodec;

/** Checks the rows of one mailbox against each other. Used once. */
final class MailboxCheck {
    /** Takes what is wrong; UID 0 for the mailbox as a whole. */
    interface Out {
        void wrong(long uid, String what);
    }

    /** What is done about the bodies of messages. */
    enum Bodies {
        /** They are not looked at. */
        UNREAD,
        /** What is known of each is compared with its message. */
        COMPARED,
        /** Besides, the structure that is kept is compared with the one that the body has. */
        PARSED
    }

    private final Reading view;
    private final MailboxRow mailbox;
    private final MailboxState state;
    private final LongFunction<BodyScan.@Nullable Summary> bodySummaries;
    private final Bodies depth;
    private final LongPredicate reclaimedBodies;
    private final Out out;
    private final Map<Long, Packed> flags = new HashMap<>();
    private final Map<Long, Long> changedAt = new HashMap<>();
    private final Set<Long> vanished = new HashSet<>();
    private final Set<Long> bodies = new HashSet<>();
    private int keywords;
    private long messages;
    private long unseen;
    private long bytes;
    private long expunged;
    private long reclaimed;
    private long maxMessageId;
    private long maxBodyId;
    private final Map<Long, MessageFacts> unstructured = new HashMap<>();

    MailboxCheck(
            Reading view,
            MailboxRow mailbox,
            MailboxState state,
            LongFunction<BodyScan.@Nullable Summary> bodySummaries,
            Bodies depth,
            LongPredicate reclaimedBodies,
            Out out) {
        this.view = view;
        this.mailbox = mailbox;
        this.state = state;
        this.bodySummaries = bodySummaries;
        this.depth = depth;
        this.reclaimedBodies = reclaimedBodies;
        this.out = out;
    }

    void run() {
        byte[] prefix = Keys.mailbox(mailbox.id());
        view.scanPrefix(Family.KEYWORD, prefix, (key, value) -> {
            keywords++;
            return true;
        });
        readFlags(prefix);
        readChanges(prefix);
        view.scanPrefix(Family.MESSAGE, prefix, (key, value) -> {
            message(Codec.messageFacts(key, value), key, value);
            return true;
        });
        flags.keySet().forEach(uid -> out.wrong(uid, "flags without a message"));
        structures(prefix);
        view.scanPrefix(Family.EXPUNGED, prefix, (key, value) -> {
            expunged(Codec.expungedMessage(key, value));
            return true;
        });
        compare("messages", state.messages(), messages);
        compare("unseen messages", state.unseen(), unseen);
        compare("octets", state.bytes(), bytes);
        if (!mailbox.live() && messages > 0) {
            out.wrong(0, messages + " messages in a deleted mailbox");
        }
    }

    /**
     * Each message has a row of its structure, its own or its original's, once the store says so, and with bodies looked at,
     * the one they give. What is left of expunged messages goes when their bodies are reclaimed.
     */
    private void structures(byte[] prefix) {
        view.scanPrefix(Family.STRUCTURE, prefix, (key, value) -> {
            long uid = Keys.uidOf(Family.STRUCTURE, key);
            MessageFacts facts = unstructured.remove(uid);
            if (facts != null) {
                structure(facts, key, value);
            } else {
                abandoned(uid, key);
            }
            return true;
        });
        if (view.structuresAreComplete()) {
            unstructured.forEach((uid, facts) -> {
                if (depth == Bodies.UNREAD || isSound(facts)) {
                    out.wrong(uid, "the row of its structure is missing; the first FETCH of it writes it");
                }
            });
        }
        unstructured.clear();
    }

    /** The structure of an expunged message stays as long as its body. */
    private void abandoned(long uid, byte[] key) {
        Optional<byte[]> expunge = view.get(Family.EXPUNGED, key);
        if (expunge.isEmpty()) {
            out.wrong(uid, "the row of a structure without a message");
            return;
        }
        long body = Codec.expunge(key, expunge.get()).body();
        if (depth != Bodies.UNREAD && reclaimedBodies.test(body) && bodySummaries.apply(body) == null) {
            out.wrong(uid, "the row of a structure whose body was reclaimed");
        }
    }

    /** A copy shares the structure of what it was copied from. */
    private void structureOfCopy(MessageFacts facts, byte[] at) {
        try {
            view.get(Family.STRUCTURE, at)
                    .ifPresentOrElse(value -> structure(facts, at, value), () -> unstructured.put(facts.uid(), facts));
        } catch (CorruptionException e) {
            out.wrong(facts.uid(), "its structure cannot be read: " + e.getMessage());
        }
    }

    private void structure(MessageFacts facts, byte[] key, byte[] value) {
        try {
            StructureCodec.decode(key, value);
            if (depth == Bodies.PARSED && isSound(facts)) {
                byte[] read = StructureCodec.encode(view.structure(facts.body(), facts.size()));
                if (!java.util.Arrays.equals(read, value)) {
                    out.wrong(facts.uid(), "its structure is kept otherwise than its body has it");
                }
            }
        } catch (CorruptionException e) {
            out.wrong(facts.uid(), "its structure cannot be read: " + e.getMessage());
        }
    }

    private boolean isSound(MessageFacts facts) {
        BodyScan.Summary body = bodySummaries.apply(facts.body().value());
        return body != null && body.fault().isEmpty() && body.size() == facts.size();
    }

    private void readFlags(byte[] prefix) {
        view.scanPrefix(Family.FLAG_CHUNK, prefix, (key, value) -> {
            long chunk = Keys.uidOf(Family.FLAG_CHUNK, key);
            FlagCodec.chunk(key, value, (uid, packed) -> {
                if (uid / FlagCodec.CHUNK_UIDS != chunk) {
                    out.wrong(uid, "flags in chunk " + chunk + ", where they do not belong");
                }
                flags.put(uid, packed);
            });
            return true;
        });
        view.scanPrefix(Family.FLAG_OVERRIDE, prefix, (key, value) -> {
            Packed packed = FlagCodec.override(key, value);
            if (packed.removed()) {
                flags.remove(Keys.uidOf(Family.FLAG_OVERRIDE, key));
            } else {
                flags.put(Keys.uidOf(Family.FLAG_OVERRIDE, key), packed);
            }
            return true;
        });
    }

    private void readChanges(byte[] prefix) {
        view.scanPrefix(Family.CHANGE, prefix, (key, value) -> {
            long modSeq = Keys.modSeqOf(key);
            ChangeCodec.Change change = ChangeCodec.decode(key, value);
            if (modSeq > state.highestModSeq()) {
                out.wrong(0, "the change log goes to MODSEQ " + modSeq + ", HIGHESTMODSEQ is " + state.highestModSeq());
            }
            switch (change.kind()) {
                case CHANGED -> change.uids().forEach(uid -> changedAt.put(uid, modSeq));
                case VANISHED -> vanished.addAll(change.uids());
            }
            return true;
        });
    }

    private void message(MessageFacts facts, byte[] key, byte[] row) {
        long uid = facts.uid();
        if (MessageRow.isCopy(row)) {
            structureOfCopy(facts, MessageRow.structureKey(key, row));
        } else {
            unstructured.put(uid, facts);
        }
        messages++;
        bytes += facts.size();
        bodies.add(facts.body().value());
        maxMessageId = Math.max(maxMessageId, facts.messageId().value());
        maxBodyId = Math.max(maxBodyId, facts.body().value());
        if (uid >= state.uidNext()) {
            out.wrong(uid, "UIDNEXT is " + state.uidNext() + ", so this UID could be given out again");
        }
        if (vanished.contains(uid)) {
            out.wrong(uid, "the change log says that the message was expunged");
        }
        if (view.get(Family.PLACE, Keys.place(facts.messageId(), mailbox.id(), uid))
                .isEmpty()) {
            out.wrong(uid, "the list of places does not name the message");
        }
        checkFlags(uid);
        checkBody(facts);
    }

    private void checkFlags(long uid) {
        Packed packed = flags.remove(uid);
        if (packed == null) {
            out.wrong(uid, "the message has no flags row");
            return;
        }
        unseen += (packed.bits() & Flags.SEEN) != 0 ? 0 : 1;
        if (packed.modSeq() < 1 || packed.modSeq() > state.highestModSeq()) {
            out.wrong(uid, "MODSEQ " + packed.modSeq() + " lies beyond HIGHESTMODSEQ " + state.highestModSeq());
        }
        if (packed.modSeq() != changedAt.getOrDefault(uid, 0L)) {
            out.wrong(uid, "MODSEQ is " + packed.modSeq() + ", the change log says " + changedAt.get(uid));
        }
        long known = keywords >= 58 ? -1L : (1L << (6 + keywords)) - 1;
        boolean unknown =
                (packed.bits() & ~known) != 0 || packed.more().stream().anyMatch(i -> i >= keywords);
        if (unknown) {
            out.wrong(uid, "the flags name a keyword that the mailbox does not have");
        }
    }

    private void checkBody(MessageFacts facts) {
        if (depth == Bodies.UNREAD) {
            return;
        }
        BodyScan.Summary body = bodySummaries.apply(facts.body().value());
        if (body == null) {
            out.wrong(facts.uid(), "body " + facts.body() + " is missing or cannot be read");
        } else if (!body.fault().isEmpty()) {
            out.wrong(facts.uid(), body.fault());
        } else if (body.size() != facts.size()) {
            out.wrong(facts.uid(), "the message states " + facts.size() + " octets, its body " + body.size());
        } else if (!body.digest().equals(facts.digest())) {
            out.wrong(facts.uid(), "the message states another digest than its body");
        }
    }

    private void expunged(ExpungedMessage message) {
        expunged++;
        long uid = message.facts().uid();
        bodies.add(message.facts().body().value());
        maxMessageId = Math.max(maxMessageId, message.facts().messageId().value());
        maxBodyId = Math.max(maxBodyId, message.facts().body().value());
        if (uid >= state.uidNext()) {
            out.wrong(uid, "expunged, but UIDNEXT is " + state.uidNext());
        }
        if (!vanished.contains(uid)) {
            out.wrong(uid, "expunged, but the change log does not say so");
        }
        if (view.get(Family.MESSAGE, Keys.message(mailbox.id(), uid)).isPresent()) {
            out.wrong(uid, "expunged and present at once");
        }
        long id = message.facts().body().value();
        BodyScan.Summary body = depth == Bodies.UNREAD ? null : bodySummaries.apply(id);
        if (body != null && body.fault().isEmpty()) {
            return;
        }
        if (reclaimedBodies.test(id)) {
            reclaimed++;
        } else if (depth != Bodies.UNREAD) {
            out.wrong(
                    uid,
                    body == null
                            ? "expunged; its body " + id + " is missing or cannot be read"
                            : "expunged; " + body.fault());
        }
    }

    private void compare(String what, long stated, long counted) {
        if (stated != counted) {
            out.wrong(0, "the counters state " + stated + " " + what + ", there are " + counted);
        }
    }

    long messages() {
        return messages;
    }

    long expunged() {
        return expunged;
    }

    /** Of these, those whose bodies were reclaimed. */
    long reclaimed() {
        return reclaimed;
    }

    Set<Long> bodies() {
        return bodies;
    }

    long maxMessageId() {
        return maxMessageId;
    }

    long maxBodyId() {
        return maxBodyId;
    }
}
