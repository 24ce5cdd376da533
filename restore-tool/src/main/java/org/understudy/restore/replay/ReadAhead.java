package org.understudy.restore.replay;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.shadow.OneAtATime;
import org.understudy.restore.shadow.Pace;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceItem;
import org.understudy.storage.Content;

/**
 * Reads and examines the items of a source ahead of the one who takes them, in order. Holds at most {@link #KILOBYTES}
 * of message bytes, or one message that is larger.
 */
final class ReadAhead implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReadAhead.class);
    private static final int KILOBYTES = 16 << 10;
    private static final int ITEMS = 1024;
    /** Larger messages are not taken into memory: they are read from the source where they are needed. */
    private static final long LARGE = 64L << 20;

    private record Slot(Future<Optional<Examined>> result, int kilobytes) {}

    private final BlockingQueue<Slot> slots = new ArrayBlockingQueue<>(ITEMS);
    private final Pace pace;
    private final OneAtATime turn;
    private final Semaphore budget = new Semaphore(KILOBYTES);
    private final ExecutorService examiners;
    private final Thread reader;

    /**
     * @param pace at which messages are read
     * @param turn in which they are read and examined
     */
    ReadAhead(BackupSource source, long fromOrdinal, Examiner examiner, Pace pace, OneAtATime turn) {
        this.pace = pace;
        this.turn = turn;
        this.examiners = Executors.newFixedThreadPool(
                Math.max(1, Math.min(8, Runtime.getRuntime().availableProcessors())),
                Thread.ofPlatform().daemon().name("examine-", 0).factory());
        this.reader =
                Thread.ofPlatform().daemon().name("read-source").start(() -> readAll(source, fromOrdinal, examiner));
    }

    /**
     * The next item, or nothing at the end.
     *
     * @throws IOException if the source can be read no further
     */
    Optional<Examined> next() throws InterruptedException, IOException {
        Slot slot = slots.take();
        try {
            return slot.result().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw io;
            }
            if (e.getCause() instanceof RuntimeException fault) {
                throw fault;
            }
            throw new IllegalStateException("reading ahead failed", e.getCause());
        } finally {
            budget.release(slot.kilobytes());
        }
    }

    private void readAll(BackupSource source, long fromOrdinal, Examiner examiner) {
        Callable<Optional<Examined>> last;
        try {
            source.read(fromOrdinal, item -> take(item, examiner));
            last = Optional::empty;
        } catch (InterruptedIOException e) {
            LOG.debug("reading ahead was stopped", e);
            return;
        } catch (IOException e) {
            last = () -> {
                throw e;
            };
        } catch (RuntimeException | Error e) {
            last = () -> {
                throw new IllegalStateException("the source's reader failed: " + e, e);
            };
        }
        FutureTask<Optional<Examined>> end = new FutureTask<>(last);
        end.run();
        try {
            slots.put(new Slot(end, 0));
        } catch (InterruptedException e) {
            LOG.debug("reading ahead was stopped at its end", e);
        }
    }

    private void take(SourceItem item, Examiner examiner) throws IOException {
        try {
            switch (item) {
                case SourceItem.Ignored ignored -> put(new Examined.Ignored(ignored.ref(), ignored.why()));
                case SourceItem.Duplicate copy -> put(new Examined.Copy(copy.ref(), copy.mailbox(), copy.why()));
                case SourceItem.Unreadable bad -> put(new Examined.Unreadable(bad.ref(), bad.mailbox(), bad.why()));
                case SourceItem.Message message -> examineLater(message, examiner);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException stop = new InterruptedIOException("stopped");
            stop.initCause(e);
            throw stop;
        }
    }

    private void put(Examined done) throws InterruptedException {
        FutureTask<Optional<Examined>> task = new FutureTask<>(() -> Optional.of(done));
        task.run();
        slots.put(new Slot(task, 0));
    }

    private void examineLater(SourceItem.Message message, Examiner examiner) throws InterruptedException {
        long size = message.content().size();
        int kilobytes = (int) Math.min(KILOBYTES, (size >> 10) + 1);
        pace.await(size);
        budget.acquire(kilobytes);
        @Nullable Content bytes = null;
        try {
            bytes = size > LARGE ? message.content() : turn.run(() -> inMemory(message.content()));
        } catch (IOException e) {
            budget.release(kilobytes);
            put(unreadable(message, e));
        }
        if (bytes != null) {
            Content content = bytes;
            slots.put(new Slot(
                    examiners.submit(() -> Optional.of(turn.run(() -> examine(message, content, examiner)))),
                    kilobytes));
        }
    }

    private static Content inMemory(Content content) throws IOException {
        ByteBuffer memory = content.inMemory();
        if (memory != null) {
            return content;
        }
        try (InputStream in = content.open()) {
            // One octet more than announced, so that the end is met without another buffer.
            byte[] bytes = new byte[(int) content.size() + 1];
            int length = in.readNBytes(bytes, 0, bytes.length);
            if (length < bytes.length) {
                return Content.of(bytes, length);
            }
            byte[] rest = in.readAllBytes();
            byte[] all = Arrays.copyOf(bytes, bytes.length + rest.length);
            System.arraycopy(rest, 0, all, bytes.length, rest.length);
            return Content.of(all);
        }
    }

    private static Examined examine(SourceItem.Message message, Content bytes, Examiner examiner) {
        try {
            Examiner.Noted noted = examiner.note(message, bytes);
            return new Examined.Mail(message, noted.validation(), noted.notes());
        } catch (IOException e) {
            return unreadable(message, e);
        } catch (RuntimeException e) {
            LOG.error("item {} of the source cannot be examined", message.ref().ordinal(), e);
            return new Examined.Unreadable(
                    message.ref(),
                    Optional.of(message.mailbox()),
                    "it cannot be examined (" + e.getClass().getSimpleName() + "); the server's log says more");
        }
    }

    private static Examined unreadable(SourceItem.Message message, IOException e) {
        return new Examined.Unreadable(
                message.ref(), Optional.of(message.mailbox()), "reading its bytes failed: " + e.getMessage());
    }

    /** Stops reading; returns when no thread reads the source any more. */
    @Override
    public void close() {
        examiners.shutdownNow();
        boolean interrupted = false;
        while (reader.isAlive()) {
            reader.interrupt();
            slots.clear();
            try {
                reader.join(50);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
