package org.understudy.server.imap.select;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.UidRanges;
import org.understudy.storage.keyspace.Author;

/** What is news of one mailbox: up to which MODSEQ, and whom to wake. Thread-safe. */
final class Topic {
    /** Older notes are given up; a session is then told of its own change, which is harmless. */
    private static final int MOST_NOTES = 64;

    /**
     * What a row of the change log does not say.
     *
     * @param interesting whether more than {@code \Recent} changed
     */
    record Note(long modSeq, Author author, boolean interesting) {}

    /** Guarded by the map that holds the topic. */
    int readers;

    private final AtomicLong committed = new AtomicLong();
    private final CopyOnWriteArrayList<Runnable> sleepers = new CopyOnWriteArrayList<>();
    private final Deque<Note> notes = new ArrayDeque<>(2);
    private volatile @Nullable Author deletedBy;
    private volatile UidRanges shared = UidRanges.EMPTY;

    /** The greatest MODSEQ that was announced; 0 for none. */
    long committed() {
        return committed.get();
    }

    void committed(long modSeq) {
        committed.accumulateAndGet(modSeq, Math::max);
        wake();
    }

    void note(Note note) {
        synchronized (notes) {
            if (notes.size() == MOST_NOTES) {
                notes.removeFirst();
            }
            notes.addLast(note);
        }
    }

    Optional<Note> noteOf(long modSeq) {
        synchronized (notes) {
            return notes.stream().filter(note -> note.modSeq() == modSeq).findFirst();
        }
    }

    void deleted(Author author) {
        deletedBy = author;
        wake();
    }

    /** Who has deleted the mailbox; null while it is there. */
    @Nullable
    Author deletedBy() {
        return deletedBy;
    }

    /** The set itself or an equal one that another session holds, so that both hold one. */
    UidRanges share(UidRanges uids) {
        UidRanges present = shared;
        if (present.equals(uids)) {
            return present;
        }
        shared = uids;
        return uids;
    }

    /** Runs {@code alarm} at each commit from now on; it must be quick. */
    void sleep(Runnable alarm) {
        sleepers.add(alarm);
    }

    void awake(Runnable alarm) {
        sleepers.remove(alarm);
    }

    private void wake() {
        for (Runnable alarm : sleepers) {
            alarm.run();
        }
    }
}
