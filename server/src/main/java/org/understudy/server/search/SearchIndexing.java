package org.understudy.server.search;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.storage.Appended;
import org.understudy.storage.CommitObserver;
import org.understudy.storage.FlagsChange;
import org.understudy.storage.MailStore;
import org.understudy.storage.ThreadEnd;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.ExpungedMessage;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxRow;

/**
 * Keeps a search index beside a store up to date, on a thread of its own: at the start with what it lacks, then with what
 * comes. While others use the store it works a small part of the time only. When the index turns out damaged it is built
 * anew; searches then look at the messages themselves. Close it before the store.
 */
public final class SearchIndexing implements CommitObserver, AutoCloseable {
    /** The folder of the index within the data folder. */
    public static final String FOLDER = "search-index";

    private static final Logger LOG = LoggerFactory.getLogger(SearchIndexing.class);

    /** How long messages gather before they are indexed. */
    private static final long GATHER_MILLIS = 500;

    /** While the store is in use, the pause after a step is so many times as long as the step. */
    private static final int COURTESY = 7;

    private static final long LONGEST_PAUSE_MILLIS = 2_000;
    private static final long RETRY_MILLIS = 5_000;

    private final MailStore store;
    private final Path folder;
    private final long memoryBytes;
    private final Extraction extraction;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<MailboxId> queue = new ArrayDeque<>();
    private final Set<MailboxId> queued = new HashSet<>();
    private volatile @Nullable SearchIndex index;
    private volatile String problem = "";
    private final AtomicLong unreadable = new AtomicLong();
    private volatile boolean rebuild;
    private volatile boolean idle;
    private volatile boolean closed;

    @SuppressWarnings("ThreadPriorityCheck") // a wish, on which nothing rests
    private SearchIndexing(MailStore store, Path folder, long memoryBytes) {
        this.store = store;
        this.folder = folder;
        this.memoryBytes = memoryBytes;
        extraction = new Extraction(store);
        thread = Thread.ofPlatform()
                .name("search-index")
                .daemon()
                .priority(Thread.MIN_PRIORITY)
                .unstarted(this::work);
    }

    /** @param dataFolder in which the index lies, beside the store */
    public static SearchIndexing start(MailStore store, Path dataFolder, long memoryBytes) {
        SearchIndexing indexing = new SearchIndexing(store, dataFolder.resolve(FOLDER), memoryBytes);
        store.addObserver(indexing);
        indexing.thread.start();
        return indexing;
    }

    /** Searches with the index, as far as there is one. */
    public MailSearch search(Clock clock) {
        return new MailSearch(store, clock, this::view);
    }

    /** Deletes the index of a data folder on which no server runs. */
    public static void delete(Path dataFolder) {
        SearchIndex.delete(dataFolder.resolve(FOLDER));
    }

    private IndexView view(MailboxId mailbox) {
        SearchIndex open = index;
        if (open == null) {
            return IndexView.NONE;
        }
        try {
            MailboxRow row = store.mailboxes().find(mailbox).orElse(null);
            if (row == null) {
                return IndexView.NONE;
            }
            int owner = open.owner(row.path().namespace(), row.path().owner());
            return new IndexView(open, open.directory(owner), this::damaged);
        } catch (IllegalStateException | org.understudy.storage.CorruptionException e) {
            damaged(e);
            return IndexView.NONE;
        }
    }

    /** What the index holds cannot be read, or is not understood: it is built anew. */
    private void damaged(RuntimeException fault) {
        if (!rebuild && !closed) {
            LOG.warn(
                    "The search index is damaged and is built anew; searches look at the messages: {}",
                    fault.getMessage());
            rebuild();
        }
    }

    /** Builds the index anew, in the background. */
    public void rebuild() {
        lock.lock();
        try {
            rebuild = true;
            index = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How the index stands now. Reads a row a mailbox. */
    public IndexStatus status() {
        long messages = 0;
        long indexed = 0;
        SearchIndex open = index;
        for (MailboxRow mailbox : store.mailboxes().all()) {
            long held = store.mailboxes().state(mailbox.id()).messages();
            messages += held;
            indexed += open == null ? 0 : indexed(open, mailbox.id(), held);
        }
        try {
            long octets = open == null ? 0 : open.octetsOnDisk();
            return new IndexStatus(true, indexed, messages, octets, unreadable.get(), problem);
        } catch (IOException e) {
            throw new UncheckedIOException("the size of the search index cannot be read", e);
        }
    }

    private long indexed(SearchIndex open, MailboxId mailbox, long held) {
        long next = open.mark(mailbox.value()).map(SearchIndex.Mark::nextUid).orElse(1L);
        long end = store.mailboxes().state(mailbox).uidNext();
        if (next >= end) {
            return held;
        }
        org.understudy.storage.MessageColumns missing = new org.understudy.storage.MessageColumns(16);
        store.messages().columns(mailbox, next, end - 1, missing);
        return Math.max(0, held - missing.size());
    }

    /** Waits until all that is in the store now is indexed, or the time is over; answers which. */
    public boolean awaitIdle(long millis) throws InterruptedException {
        long left = TimeUnit.MILLISECONDS.toNanos(millis);
        lock.lockInterruptibly();
        try {
            while (!(idle && queue.isEmpty() && !rebuild)) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void appended(MailboxId mailbox, List<Appended> messages, Author author) {
        enqueue(mailbox);
    }

    /** Flags are not in the index. */
    @Override
    public void flagsChanged(MailboxId mailbox, List<FlagsChange> changes, Author author) {}

    /** What is gone is not found, since only messages of the mailbox are asked for. */
    @Override
    public void expunged(MailboxId mailbox, List<ExpungedMessage> messages, Author author) {}

    private void enqueue(MailboxId mailbox) {
        lock.lock();
        try {
            if (queued.add(mailbox)) {
                queue.add(mailbox);
                if (queue.size() == 1) {
                    changed.signalAll();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        IndexWriter writer = null;
        while (!closed) {
            try {
                if (writer == null || rebuild) {
                    writer = opened();
                }
                MailboxId next = next();
                if (next != null) {
                    index(writer, next);
                }
                problem = "";
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                if (closed) {
                    return;
                }
                problem = String.valueOf(e.getMessage());
                LOG.warn(
                        "The search index cannot be brought up to date; it is tried again in {} s, and searches look at"
                                + " the messages meanwhile",
                        RETRY_MILLIS / 1000,
                        e);
                writer = null;
                if (!retryLater(e)) {
                    return;
                }
            }
        }
    }

    /** @return false if there is no later */
    private boolean retryLater(RuntimeException fault) {
        try {
            boolean ofIndex = fault instanceof IllegalStateException
                    || fault instanceof org.understudy.storage.CorruptionException;
            pause(RETRY_MILLIS);
            if (ofIndex) {
                rebuild();
            }
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private final java.util.concurrent.atomic.AtomicReference<@Nullable SearchIndex> opened =
            new java.util.concurrent.atomic.AtomicReference<>();

    private IndexWriter opened() {
        boolean anew = rebuild;
        SearchIndex before = opened.getAndSet(null);
        index = null;
        if (before != null) {
            before.close();
        }
        if (anew) {
            SearchIndex.delete(folder);
        }
        SearchIndex open = SearchIndex.open(
                folder, memoryBytes, store.storeId() + " " + store.log().line());
        opened.set(open);
        rebuild = false;
        index = open;
        for (MailboxRow mailbox : store.mailboxes().all()) {
            long next = open.mark(mailbox.id().value())
                    .map(SearchIndex.Mark::nextUid)
                    .orElse(1L);
            if (next < store.mailboxes().state(mailbox.id()).uidNext()) {
                enqueue(mailbox.id());
            }
        }
        return new IndexWriter(store, extraction, open);
    }

    /** The next mailbox, once it has had time to gather; null if the index is to be built anew. */
    private @Nullable MailboxId next() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (queue.isEmpty() && !rebuild) {
                idle = true;
                changed.signalAll();
                changed.await();
            }
            idle = false;
        } finally {
            lock.unlock();
        }
        pause(GATHER_MILLIS);
        lock.lockInterruptibly();
        try {
            MailboxId next = rebuild ? null : queue.poll();
            if (next != null) {
                queued.remove(next);
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    private void index(IndexWriter writer, MailboxId mailbox) throws InterruptedException {
        boolean done = false;
        while (!done && !rebuild) {
            long begun = System.nanoTime();
            IndexWriter.Step step = writer.step(mailbox);
            unreadable.addAndGet(step.unreadable());
            done = step.done();
            giveWay(System.nanoTime() - begun);
        }
    }

    /** Pauses if others use the store: a millisecond tells, and then for as long as the step was, several times. */
    private void giveWay(long stepNanos) throws InterruptedException {
        long before = store.calls();
        pause(1);
        if (store.calls() != before) {
            long millis = TimeUnit.NANOSECONDS.toMillis(stepNanos * COURTESY);
            pause(Math.min(millis, LONGEST_PAUSE_MILLIS));
        }
    }

    private void pause(long millis) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(millis);
    }

    /** Ends the thread and closes the index; searches under way go on without it. */
    @Override
    public void close() {
        closed = true;
        index = null;
        thread.interrupt();
        ThreadEnd.await(thread);
        SearchIndex open = opened.getAndSet(null);
        if (open != null) {
            open.close();
        }
    }
}
