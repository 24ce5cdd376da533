package org.understudy.restore.loss;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.loss.LossReport.Confidence;
import org.understudy.restore.loss.LossReport.Kind;
import org.understudy.restore.repository.UidSet;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.Place;
import org.understudy.storage.StoreView;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.MailboxState;
import org.understudy.storage.keyspace.MessageFacts;
import org.understudy.storage.keyspace.MessageId;

/**
 * Compares one user's mailboxes with history. First the sets of UIDs: what history has and neither the mailbox nor the
 * expunge log does is missing, and so is what the mailbox's own books have. Then each such message is looked for in the
 * snapshots, for its date and digest, and by digest and message id among all that the user still has. Used once.
 */
final class UserComparison {
    /** What came of it. */
    record Outcome(
            List<Lost> lost, List<Subject.Logged> administrators, long elsewhere, long reexpunged, long beforeWindow) {}

    private final StoreView view;
    private final History history;
    private final Copies copies;
    private final @Nullable Instant windowEdge;
    private final List<Subject> mailboxes;
    private final Set<Long> liveIds = new HashSet<>();
    private final List<Lost> lost = new ArrayList<>();
    private long beforeWindow;
    private long elsewhere;
    private long reexpunged;

    /** @param windowEdge what was expunged before may have left the expunge log; null if nothing ever does */
    UserComparison(
            StoreView view, History history, Copies copies, @Nullable Instant windowEdge, List<Subject> mailboxes) {
        this.view = view;
        this.history = history;
        this.copies = copies;
        this.windowEdge = windowEdge;
        this.mailboxes = mailboxes;
    }

    Outcome run() {
        boolean idsMatter = false;
        for (Subject mailbox : mailboxes) {
            mailbox.readExpungeLog();
            idsMatter |= !mailbox.moves().isEmpty() || !mailbox.administrators().isEmpty();
        }
        boolean gather = idsMatter;
        for (Subject mailbox : mailboxes) {
            mailbox.readMessages(facts -> {
                if (gather) {
                    liveIds.add(facts.messageId().value());
                }
            });
        }
        for (Subject mailbox : mailboxes) {
            compare(mailbox);
        }
        lostMoves();
        List<Subject.Logged> administrators = administrators();
        dropWhatIsElsewhere(administrators);
        dropWhatWasExpungedSince();
        return new Outcome(lost, administrators, elsewhere, reexpunged, beforeWindow);
    }

    private void compare(Subject mailbox) {
        UidSet missing = mailbox.missing();
        boolean ownBooks = mailbox.row() != null || !mailbox.live().isEmpty();
        boolean agree = !ownBooks || mailbox.booksAgree();
        if (!missing.isEmpty() || !agree) {
            mailbox.readChanges();
        }
        long before = lost.size();
        List<Lost> gaps = new ArrayList<>();
        missing.forEach(uid -> {
            Confidence confidence = confidence(mailbox, uid);
            if (confidence == null) {
                beforeWindow++;
            } else {
                Kind kind = mailbox.unreadable().contains(uid) ? Kind.UNREADABLE : Kind.MISSING;
                gaps.add(new Lost(mailbox, uid, kind, confidence, null, ""));
            }
        });
        lost.addAll(traced(mailbox, gaps));
        replaced(mailbox);
        if (!mailbox.visible()) {
            hidden(mailbox);
        }
        if (!agree) {
            ownBooks(mailbox, before);
        }
    }

    /** How sure it is that a message of history was lost, or null if it was expunged longer ago than the log reaches. */
    private @Nullable Confidence confidence(Subject mailbox, long uid) {
        PastMailbox past = mailbox.past();
        if (past == null) {
            return Confidence.CERTAIN;
        }
        if (mailbox.unreadable().contains(uid)) {
            return Confidence.CERTAIN;
        }
        if (mailbox.cannotSayWhether(uid)) {
            return Confidence.POSSIBLE;
        }
        int last = past.lastSeen(uid);
        boolean wholeInside =
                windowEdge == null || !history.snapshot(last).created().isBefore(windowEdge);
        if (mailbox.saysVanished(uid)) {
            return wholeInside ? Confidence.POSSIBLE : null;
        }
        if (mailbox.saysCame(uid)) {
            return Confidence.CERTAIN;
        }
        return wholeInside ? Confidence.LIKELY : Confidence.POSSIBLE;
    }

    /** Gives messages of history the date and digest that a snapshot has of them. */
    private List<Lost> traced(Subject mailbox, List<Lost> gaps) {
        PastMailbox past = mailbox.past();
        if (gaps.isEmpty() || past == null) {
            return gaps;
        }
        UidSet.Builder wanted = new UidSet.Builder();
        gaps.forEach(gap -> wanted.add(gap.uid()));
        Map<Long, Copies.Copy> found = copies.find(past, wanted.build());
        return gaps.stream()
                .map(gap -> {
                    Copies.Copy copy = found.get(gap.uid());
                    return copy == null
                            ? gap
                            : gap.with(
                                    Trace.of(copy.facts()),
                                    history.snapshot(copy.snapshot()).id());
                })
                .toList();
    }

    /** Messages whose rows differ from what the manifest's Merkle tree says. */
    private void replaced(Subject mailbox) {
        PastMailbox past = mailbox.past();
        if (past == null || mailbox.different().isEmpty()) {
            return;
        }
        History.Snapshot newest = history.snapshot(past.newest());
        copies.read(newest, past.id(), mailbox.different()).forEach((uid, was) -> {
            Optional<MessageFacts> is = view.message(mailbox.id(), uid);
            if (is.isPresent()
                    && (!is.get().digest().equals(was.digest())
                            || !is.get().internalDate().equals(was.internalDate()))) {
                lost.add(new Lost(mailbox, uid, Kind.REPLACED, Confidence.CERTAIN, Trace.of(was), newest.id()));
            }
        });
    }

    /** Messages that are there, in a mailbox that no client can see. */
    private void hidden(Subject mailbox) {
        if (mailbox.live().isEmpty()) {
            return;
        }
        mailbox.live()
                .forEach(uid -> view.message(mailbox.id(), uid)
                        .ifPresent(facts -> lost.add(new Lost(
                                mailbox,
                                uid,
                                Kind.HIDDEN,
                                Confidence.CERTAIN,
                                Trace.of(facts),
                                LossReport.LIVE_COPY))));
    }

    /** Messages that only the mailbox's own books know: those that came after the newest snapshot. */
    private void ownBooks(Subject mailbox, long before) {
        mailbox.missingSince().forEach(uid -> {
            Kind kind = mailbox.unreadable().contains(uid) ? Kind.UNREADABLE : Kind.MISSING;
            lost.add(new Lost(mailbox, uid, kind, Confidence.CERTAIN, null, ""));
        });
        long counted = mailbox.state().map(MailboxState::messages).orElse(0L);
        long named = lost.size() - before;
        for (long i = mailbox.live().size() + named; i < counted; i++) {
            lost.add(new Lost(mailbox, 0, Kind.MISSING, Confidence.LIKELY, null, ""));
        }
    }

    /** Messages that were moved, and are not where they were moved to. */
    private void lostMoves() {
        Map<MessageId, Subject.Logged> last = new HashMap<>();
        Set<Long> ended = new HashSet<>();
        for (Subject mailbox : mailboxes) {
            ended.addAll(mailbox.endedIds());
        }
        for (Subject mailbox : mailboxes) {
            for (Subject.Logged move : mailbox.moves()) {
                MessageId id = move.trace().messageId();
                if (!liveIds.contains(id.value()) && !ended.contains(id.value())) {
                    last.merge(id, move, (a, b) -> a.at().isAfter(b.at()) ? a : b);
                }
            }
        }
        if (last.isEmpty()) {
            return;
        }
        for (Lost one : lost) {
            if (one.trace() != null) {
                last.remove(one.trace().messageId());
            }
        }
        last.values().forEach(this::lostMove);
    }

    private void lostMove(Subject.Logged move) {
        Subject target = null;
        long uid = 0;
        for (Place place : places(move.trace().messageId())) {
            for (Subject mailbox : mailboxes) {
                if (mailbox.id().equals(place.mailbox())) {
                    target = mailbox;
                    uid = place.uid();
                }
            }
        }
        // The books of the mailbox may have named it already, without a date.
        Subject at = target;
        long there = uid;
        Optional<Lost> named = lost.stream()
                .filter(one -> one.trace() == null)
                .filter(one -> at == null || one.mailbox() == at && (one.uid() == there || one.uid() == 0))
                .findFirst();
        named.ifPresent(lost::remove);
        lost.add(new Lost(
                target != null ? target : named.map(Lost::mailbox).orElse(move.mailbox()),
                uid,
                named.map(Lost::kind).orElse(Kind.MISSING),
                target != null || named.isPresent() ? Confidence.CERTAIN : Confidence.LIKELY,
                move.trace(),
                copyOf(move)));
    }

    private List<Place> places(MessageId id) {
        try {
            return view.places(id);
        } catch (CorruptionException e) {
            return List.of();
        }
    }

    /** The best snapshot that has an expunged message where it was expunged, or empty. */
    String copyOf(Subject.Logged logged) {
        PastMailbox past = logged.mailbox().past();
        if (past == null || history.foreign()) {
            return "";
        }
        return history.byWorth().stream()
                .filter(snapshot -> past.uids(snapshot.number()).contains(logged.uid()))
                .map(History.Snapshot::id)
                .findFirst()
                .orElse("");
    }

    private List<Subject.Logged> administrators() {
        List<Subject.Logged> all = new ArrayList<>();
        for (Subject mailbox : mailboxes) {
            for (Subject.Logged logged : mailbox.administrators()) {
                if (!liveIds.contains(logged.trace().messageId().value())) {
                    all.add(logged);
                }
            }
        }
        return all;
    }

    /** Looks for what is missing in all that the user has, by digest and by message id. */
    private void dropWhatIsElsewhere(List<Subject.Logged> administrators) {
        Set<Digest> digests = new HashSet<>();
        Set<Long> ids = new HashSet<>();
        for (Lost one : lost) {
            if (one.trace() != null && couldBeElsewhere(one)) {
                digests.add(one.trace().digest());
                ids.add(one.trace().messageId().value());
            }
        }
        administrators.forEach(one -> digests.add(one.trace().digest()));
        if (digests.isEmpty()) {
            return;
        }
        Set<Digest> presentDigests = new HashSet<>();
        Set<Long> presentIds = new HashSet<>();
        for (Subject mailbox : mailboxes) {
            if (mailbox.visible()) {
                present(mailbox, digests, ids, presentDigests, presentIds);
            }
        }
        long all = lost.size();
        lost.removeIf(one -> one.trace() != null
                && couldBeElsewhere(one)
                && (presentDigests.contains(one.trace().digest())
                        || !history.foreign()
                                && presentIds.contains(one.trace().messageId().value())));
        elsewhere += all - lost.size();
        administrators.removeIf(one -> presentDigests.contains(one.trace().digest()));
    }

    /** A row that cannot be read is damage even where the user has another copy of the message. */
    private static boolean couldBeElsewhere(Lost one) {
        return one.kind() != Kind.UNREADABLE;
    }

    private void present(
            Subject mailbox, Set<Digest> digests, Set<Long> ids, Set<Digest> presentDigests, Set<Long> presentIds) {
        try {
            view.messages(mailbox.id(), facts -> {
                note(facts, digests, ids, presentDigests, presentIds);
                return true;
            });
        } catch (CorruptionException e) {
            mailbox.live()
                    .forEach(uid -> view.message(mailbox.id(), uid)
                            .ifPresent(facts -> note(facts, digests, ids, presentDigests, presentIds)));
        }
    }

    private static void note(
            MessageFacts facts, Set<Digest> digests, Set<Long> ids, Set<Digest> presentDigests, Set<Long> presentIds) {
        if (digests.contains(facts.digest())) {
            presentDigests.add(facts.digest());
        }
        if (ids.contains(facts.messageId().value())) {
            presentIds.add(facts.messageId().value());
        }
    }

    /** Takes out what came back after it was lost, and was then expunged. */
    private void dropWhatWasExpungedSince() {
        Map<Digest, MessageId> wanted = new HashMap<>();
        for (Lost one : lost) {
            if (one.trace() != null && couldBeElsewhere(one)) {
                wanted.put(one.trace().digest(), one.trace().messageId());
            }
        }
        if (wanted.isEmpty()) {
            return;
        }
        Set<Digest> expunged = new HashSet<>();
        for (Subject mailbox : mailboxes) {
            try {
                view.expunged(mailbox.id(), message -> {
                    MessageId id = wanted.get(message.facts().digest());
                    boolean returned = history.foreign()
                            || id != null
                                    && id.value() < message.facts().messageId().value();
                    if (id != null
                            && returned
                            && message.reason() != ExpungeReason.UNDO
                            && message.reason() != ExpungeReason.MOVE) {
                        expunged.add(message.facts().digest());
                    }
                    return true;
                });
            } catch (CorruptionException e) {
                // What this log would have explained stays a loss; reading it the first time has noted the fault.
            }
        }
        long all = lost.size();
        lost.removeIf(one -> one.trace() != null
                && couldBeElsewhere(one)
                && expunged.contains(one.trace().digest()));
        reexpunged += all - lost.size();
    }
}
