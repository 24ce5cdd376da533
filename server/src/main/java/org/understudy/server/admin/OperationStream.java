package org.understudy.server.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.understudy.restore.operation.Failure;
import org.understudy.restore.progress.Progress;

/**
 * The NDJSON answer to one operation. The working thread tells of progress; the connection's thread writes empty lines
 * to learn whether the client is still there, and the last line. A slow client slows the work down.
 */
final class OperationStream implements Progress {
    private static final long EVERY_NANOS = 200_000_000;

    private final OutputStream out;
    private final ObjectMapper json;
    private final LongSupplier nanoTime;
    private final ReentrantLock writing = new ReentrantLock();
    private volatile boolean clientGone;
    private Event last = new Event("", 0, -1, "", 0);
    private boolean told = true;
    private long toldAt;

    OperationStream(OutputStream out, ObjectMapper json, LongSupplier nanoTime) {
        this.out = out;
        this.json = json;
        this.nanoTime = nanoTime;
    }

    record Event(String phase, long done, long total, String unit, long bytes) {}

    record Note(String note) {}

    record Result(Object result) {}

    record Failed(Failure error) {}

    boolean clientGone() {
        return clientGone;
    }

    @Override
    public void begin(String phase, long total, String unit) {
        tellLast();
        last = new Event(phase, 0, total, unit, 0);
        tell();
    }

    @Override
    public void advance(long done, long bytes) {
        last = new Event(last.phase, done, last.total, last.unit, bytes);
        told = false;
        if (nanoTime.getAsLong() - toldAt >= EVERY_NANOS) {
            tell();
        }
    }

    @Override
    public void note(String text) {
        line(new Note(text));
    }

    /** An empty line, unless the working thread is writing just now. */
    void heartbeat() {
        if (writing.tryLock()) {
            try {
                write(new byte[] {'\n'});
            } finally {
                writing.unlock();
            }
        }
    }

    /** The last line; the working thread has ended. */
    void end(Object resultOrError) {
        tellLast();
        line(resultOrError);
    }

    private void tellLast() {
        if (!told) {
            tell();
        }
    }

    private void tell() {
        line(last);
        told = true;
        toldAt = nanoTime.getAsLong();
    }

    private void line(Object value) {
        byte[] bytes;
        try {
            byte[] text = json.writeValueAsBytes(value);
            bytes = Arrays.copyOf(text, text.length + 1);
            bytes[text.length] = '\n';
        } catch (IOException e) {
            throw new IllegalStateException("a record that JSON cannot express: " + value.getClass(), e);
        }
        writing.lock();
        try {
            write(bytes);
        } finally {
            writing.unlock();
        }
    }

    private void write(byte[] bytes) {
        if (clientGone) {
            return;
        }
        try {
            out.write(bytes);
            out.flush();
        } catch (IOException | RuntimeException e) {
            // Helidon tells of a broken connection by runtime exceptions of its own.
            clientGone = true;
        }
    }
}
