package org.understudy.restore.repository.backend;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * The lock of a directory: a lock of the operating system on the file {@code lock}, whose text says who holds it. It ends
 * with the process, however that ends, so it is never stale.
 */
final class DirectoryLock implements WriterLock {
    static final String FILE = "lock";

    private final FileChannel channel;
    private final FileLock lock;

    private DirectoryLock(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /** @throws OperatorException {@link Reason#BUSY} if another writer has it, naming that writer */
    static DirectoryLock acquire(Path repository, String purpose, Instant now) throws IOException {
        Path file = repository.resolve(FILE);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean held = false;
        try {
            FileLock lock = tryLock(channel);
            if (lock == null) {
                String holder = Files.readString(file, StandardCharsets.UTF_8).strip();
                throw new OperatorException(
                        Reason.BUSY,
                        "repository " + repository + " is being written by another process: "
                                + (holder.isEmpty() ? "it has not said which" : holder),
                        "Wait until that is done, or stop that process; the lock ends with it.");
            }
            held = true;
            DirectoryLock taken = new DirectoryLock(channel, lock);
            taken.say(holder(purpose, now));
            return taken;
        } finally {
            if (!held) {
                channel.close();
            }
        }
    }

    /** What a lock says of who holds it. */
    static String holder(String purpose, Instant now) {
        return purpose + ", process " + ProcessHandle.current().pid() + " on " + host() + ", since " + now;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            // Held by another thread of this process, which the operating system's lock does not tell apart.
            return null;
        }
    }

    @Override
    public void requireHeld() {
        if (!lock.isValid()) {
            throw new OperatorException(
                    Reason.BUSY,
                    "the lock on the repository was lost while it was being written",
                    "Look at the repository's disk or network mount, then run the command again.");
        }
    }

    private void say(String text) throws IOException {
        channel.truncate(0);
        channel.write(ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8)), 0);
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "a host without a name";
        }
    }

    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            say("");
            lock.release();
        }
        channel.close();
    }
}
