package org.understudy.server.imap.select;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.mail.Flags;
import org.apache.james.events.EventListener;
import org.apache.james.imap.api.process.SelectedMailbox;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.MessageManager;
import org.apache.james.mailbox.MessageUid;
import org.apache.james.mailbox.NullableMessageSequenceNumber;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.MailboxPath;
import org.jspecify.annotations.Nullable;
import org.understudy.server.mailbox.JamesMailboxId;
import org.understudy.storage.ChangeVisitor;
import org.understudy.storage.MailStore;
import org.understudy.storage.MailboxSummary;
import org.understudy.storage.UidRanges;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.MailboxId;
import reactor.core.publisher.Mono;

/**
 * A mailbox as one client knows it: which messages it was told of, and what it is to be told next.
 *
 * <p>Design. {@link #uids()} is what the client knows, so a position in it is a sequence number. {@link #isSizeChanged()}
 * and {@link #flagUpdateUids()} take in news from the change log; processors ask both when they tell the client of
 * changes. New messages join {@link #uids()} then, just before EXISTS is written; expunged ones are remembered, and leave it when
 * EXPUNGE or VANISHED is written, which some commands put off (RFC 9051 section 7.5.1).
 *
 * <p>Used in the turns of one connection; safe for threads that follow each other.
 */
public final class SelectedView implements SelectedMailbox {
    private final MailboxNews news;
    private final Topic topic;
    private final MailboxManager mailboxes;
    private final MailboxSession session;
    private final JamesMailboxId id;
    private final boolean readOnly;
    private UidRanges uids;
    private UidRanges recent;
    private UidRanges expunged = UidRanges.EMPTY;
    private UidRanges changed = UidRanges.EMPTY;
    private UidRanges handedOut = UidRanges.EMPTY;
    private UidRanges.@Nullable Builder leaving;
    private int left;
    private long lastLeft;
    private long modSeq;
    private int keywordsTold;
    private boolean grown;
    private boolean recentRemoved;
    private boolean over;
    private @Nullable Runnable alarm;
    private @Nullable MessageManager manager;

    private SelectedView(
            MailboxNews news,
            Topic topic,
            MailboxManager mailboxes,
            MailboxSession session,
            JamesMailboxId id,
            boolean readOnly,
            MailboxSummary summary) {
        this.news = news;
        this.topic = topic;
        this.mailboxes = mailboxes;
        this.session = session;
        this.id = id;
        this.readOnly = readOnly;
        uids = topic.share(summary.uids());
        recent = summary.recent();
        modSeq = summary.state().highestModSeq();
        keywordsTold = keywords().size();
    }

    /**
     * A view that begins with what {@code summary} says. {@link #deselect()} ends it.
     *
     * @param readOnly whether nothing may be changed through it (EXAMINE)
     */
    static SelectedView open(
            MailboxNews news,
            MailboxManager mailboxes,
            MailboxSession session,
            JamesMailboxId id,
            boolean readOnly,
            java.util.function.Supplier<MailboxSummary> summary) {
        Topic topic = news.enter(id.id());
        boolean opened = false;
        try {
            SelectedView view = new SelectedView(news, topic, mailboxes, session, id, readOnly, summary.get());
            opened = true;
            return view;
        } finally {
            if (!opened) {
                news.leave(id.id());
            }
        }
    }

    /** The messages that the client knows, by sequence number. */
    public synchronized UidRanges uids() {
        settle();
        return uids;
    }

    /** Those that are {@code \Recent} in this session. */
    public synchronized UidRanges recent() {
        return recent;
    }

    /** What was recent when the same client had the mailbox selected a moment ago still is. */
    synchronized void inheritRecent(SelectedView before) {
        recent = recent.plus(before.recent().and(uids));
    }

    /** Whether nothing may be changed through this session, because the mailbox was opened with EXAMINE. */
    public boolean readOnly() {
        return readOnly;
    }

    /** The mailbox's identity in the store. */
    public MailboxId mailbox() {
        return id.id();
    }

    MailStore store() {
        return news.store();
    }

    /** Every keyword that a message of the mailbox has or had. */
    List<String> keywords() {
        return news.store().mailboxes().keywords(id.id());
    }

    /** Takes in what has been committed since the last time. */
    private void catchUp() {
        long announced = topic.committed();
        if (announced <= modSeq || over) {
            return;
        }
        Incoming incoming = new Incoming();
        news.store().messages().changes(id.id(), modSeq, incoming);
        incoming.take();
        modSeq = Math.max(announced, incoming.upTo);
    }

    /** Sorts the rows of the change log into what is new, changed and gone for this client. */
    private final class Incoming implements ChangeVisitor {
        private final long lastKnown = uids.isEmpty() ? 0 : uids.last();
        private UidRanges came = UidRanges.EMPTY;
        private UidRanges touched = UidRanges.EMPTY;
        private UidRanges went = UidRanges.EMPTY;
        private long upTo = modSeq;

        @Override
        public void changed(long at, UidRanges rows) {
            upTo = at;
            came = came.plus(rows.within(lastKnown + 1, 0xFFFF_FFFFL));
            UidRanges known = rows.within(1, lastKnown);
            if (!known.isEmpty() && isNews(at)) {
                touched = touched.plus(known);
            }
        }

        @Override
        public void vanished(long at, UidRanges rows) {
            upTo = at;
            went = went.plus(rows);
        }

        private boolean isNews(long at) {
            return topic.noteOf(at)
                    .map(note -> note.interesting() && !isOwn(note.author()))
                    .orElse(true);
        }

        void take() {
            UidRanges arrived = came.minus(went);
            if (!arrived.isEmpty()) {
                uids = topic.share(uids.plus(arrived));
                recent = recent.plus(arrived);
                grown = true;
            }
            expunged = expunged.plus(went.and(uids));
            changed = changed.plus(touched.and(uids)).minus(expunged);
        }
    }

    private boolean isOwn(Author author) {
        return author instanceof Author.Session by
                && by.sessionId().equals(Long.toString(session.getSessionId().getValue()))
                && by.user().equals(session.getUser().asString());
    }

    /** Takes the messages out that {@link #remove} was told of. */
    private void settle() {
        UidRanges.Builder gone = leaving;
        if (gone != null) {
            UidRanges set = gone.build();
            dropRecent(set);
            uids = topic.share(uids.minus(set));
            expunged = expunged.minus(set);
            changed = changed.minus(set);
            leaving = null;
            left = 0;
            lastLeft = 0;
        }
    }

    /** Runs {@code wake} at each commit to the mailbox, until {@link #unwatch()}; it must be quick. */
    public synchronized void watch(Runnable wake) {
        unwatch();
        alarm = wake;
        topic.sleep(wake);
        if (topic.committed() > modSeq || topic.deletedBy() != null) {
            wake.run();
        }
    }

    public synchronized void unwatch() {
        Runnable present = alarm;
        if (present != null) {
            topic.awake(present);
            alarm = null;
        }
    }

    @Override
    public synchronized Mono<Void> deselect() {
        return Mono.fromRunnable(this::close);
    }

    synchronized void close() {
        if (!over) {
            over = true;
            unwatch();
            news.leave(id.id());
        }
    }

    @Override
    public void registerIdle(EventListener.ReactiveEventListener idle) {
        throw new UnsupportedOperationException("IDLE watches the view itself");
    }

    @Override
    public void unregisterIdle() {
        unwatch();
    }

    @Override
    public synchronized NullableMessageSequenceNumber msn(MessageUid uid) {
        settle();
        int position = uids.positionOf(uid.asLong());
        return position == 0 ? NullableMessageSequenceNumber.noMessage() : NullableMessageSequenceNumber.of(position);
    }

    @Override
    public synchronized Optional<MessageUid> uid(int index) {
        settle();
        return index < 1 || index > uids.size() ? Optional.empty() : Optional.of(MessageUid.of(uids.at(index)));
    }

    @Override
    public synchronized boolean addRecent(MessageUid uid) {
        boolean isNew = !recent.contains(uid.asLong());
        recent = recent.plus(UidRanges.of(uid.asLong()));
        return isNew;
    }

    @Override
    public synchronized boolean removeRecent(MessageUid uid) {
        if (!recent.contains(uid.asLong())) {
            return false;
        }
        recent = recent.minus(UidRanges.of(uid.asLong()));
        recentRemoved = true;
        return true;
    }

    @Override
    public synchronized Collection<MessageUid> getRecent() {
        dropRecent(expunged);
        return asUids(recent);
    }

    @Override
    public synchronized int recentCount() {
        dropRecent(expunged);
        return recent.size();
    }

    private void dropRecent(UidRanges gone) {
        UidRanges rest = recent.minus(gone);
        if (rest.size() < recent.size()) {
            recent = rest;
            recentRemoved = true;
        }
    }

    @Override
    public synchronized boolean isRecent(MessageUid uid) {
        return recent.contains(uid.asLong());
    }

    @Override
    public synchronized long existsCount() {
        settle();
        return uids.size();
    }

    @Override
    public Mono<MailboxPath> getPathReactive() {
        return Mono.fromCallable(() -> mailboxes.getMailbox(id, session).getMailboxPath());
    }

    @Override
    public org.apache.james.mailbox.model.MailboxId getMailboxId() {
        return id;
    }

    /** @throws IllegalStateException if the mailbox cannot be opened any more */
    @Override
    public synchronized MessageManager getMessageManager() {
        MessageManager present = manager;
        if (present == null) {
            try {
                present = mailboxes.getMailbox(id, session);
            } catch (MailboxException e) {
                throw new IllegalStateException("the selected mailbox cannot be opened", e);
            }
            manager = present;
        }
        return present;
    }

    @Override
    public boolean isDeletedByOtherSession() {
        Author by = topic.deletedBy();
        return by != null && !isOwn(by);
    }

    /** Takes in the news; answers whether there are messages that the client does not know of. */
    @Override
    public synchronized boolean isSizeChanged() {
        settle();
        catchUp();
        return grown;
    }

    @Override
    public synchronized boolean isRecentUidRemoved() {
        settle();
        dropRecent(expunged);
        return recentRemoved;
    }

    @Override
    public synchronized void resetRecentUidRemoved() {
        recentRemoved = false;
    }

    /** What came in since {@link #changed()} was asked is kept for the next time. */
    @Override
    public synchronized void resetEvents() {
        grown = false;
        changed = changed.minus(handedOut);
        handedOut = UidRanges.EMPTY;
    }

    /** Expunged messages that the client still counts. */
    synchronized UidRanges expunged() {
        return expunged;
    }

    @Override
    public synchronized Collection<MessageUid> expungedUids() {
        settle();
        return asUids(expunged);
    }

    @Override
    public synchronized void resetExpungedUids() {
        settle();
        expunged = UidRanges.EMPTY;
    }

    /** To be called in ascending order, as EXPUNGE responses are written. */
    @Override
    public synchronized NullableMessageSequenceNumber remove(MessageUid uid) {
        long value = uid.asLong();
        if (value <= lastLeft) {
            settle();
        }
        int position = uids.positionOf(value);
        if (position == 0) {
            return NullableMessageSequenceNumber.noMessage();
        }
        UidRanges.Builder gone = leaving == null ? new UidRanges.Builder() : leaving;
        leaving = gone.add(value, value);
        lastLeft = value;
        return NullableMessageSequenceNumber.of(position - left++);
    }

    /** The client is told that all of {@link #expunged()} are gone. */
    synchronized void forgetExpunged() {
        settle();
        dropRecent(expunged);
        uids = topic.share(uids.minus(expunged));
        expunged = UidRanges.EMPTY;
    }

    /** Messages whose flags somebody else has changed; {@link #resetEvents()} takes them as told. */
    synchronized UidRanges changed() {
        handedOut = changed;
        return changed;
    }

    /** Takes in the news: James's processors ask this before they ask {@link #isSizeChanged()}. */
    @Override
    public synchronized Collection<MessageUid> flagUpdateUids() {
        settle();
        catchUp();
        return asUids(changed());
    }

    private static List<MessageUid> asUids(UidRanges set) {
        List<MessageUid> list = new ArrayList<>(set.size());
        for (long uid : set.toArray()) {
            list.add(MessageUid.of(uid));
        }
        return list;
    }

    @Override
    public synchronized Optional<MessageUid> getFirstUid() {
        settle();
        return uids.isEmpty() ? Optional.empty() : Optional.of(MessageUid.of(uids.first()));
    }

    @Override
    public synchronized Optional<MessageUid> getLastUid() {
        settle();
        return uids.isEmpty() ? Optional.empty() : Optional.of(MessageUid.of(uids.last()));
    }

    @Override
    public Flags getApplicableFlags() {
        Flags flags = new Flags();
        flags.add(Flags.Flag.ANSWERED);
        flags.add(Flags.Flag.DELETED);
        flags.add(Flags.Flag.DRAFT);
        flags.add(Flags.Flag.FLAGGED);
        flags.add(Flags.Flag.SEEN);
        keywords().forEach(flags::add);
        return flags;
    }

    @Override
    public synchronized boolean hasNewApplicableFlags() {
        return keywords().size() > keywordsTold;
    }

    @Override
    public synchronized void resetNewApplicableFlags() {
        keywordsTold = keywords().size();
    }
}
