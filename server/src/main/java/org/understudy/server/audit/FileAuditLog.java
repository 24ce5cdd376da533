package org.understudy.server.audit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.storage.MailStore;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * The log in the folder {@code audit} of the data folder. Who holds the store writes it, so there is never a second writer.
 * A record is appended to the newest file and fsynced, then its number and hash are put into the store. Past a size a new
 * file begins; old ones are never touched.
 */
public final class FileAuditLog implements AuditLog, AutoCloseable {
    /** How large a file grows before the next begins. */
    public static final long ROTATE = 16L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(FileAuditLog.class);

    private final Path folder;
    private final MailStore store;
    private final Clock clock;
    private final long rotate;
    private final boolean required;
    private AuditHead head = AuditHead.START;
    private @Nullable FileChannel channel;
    private long octets;
    private long failures;
    private String problem = "";
    private boolean closed;

    private FileAuditLog(Path folder, MailStore store, Clock clock, long rotate, boolean required) {
        this.folder = folder;
        this.store = store;
        this.clock = clock;
        this.rotate = rotate;
        this.required = required;
    }

    /**
     * Opens the log of a data folder, and makes it where there is none. One whose end is not the one that the store knows is
     * gone on with behind a gap.
     *
     * @param required whether an event that cannot be noted is an error for whoever wants it noted
     * @throws OperatorException {@link Reason#IO} if it cannot be opened and {@code required}
     */
    public static FileAuditLog open(Path dataFolder, MailStore store, Clock clock, boolean required) {
        return open(dataFolder, store, clock, required, ROTATE);
    }

    static FileAuditLog open(Path dataFolder, MailStore store, Clock clock, boolean required, long rotate) {
        FileAuditLog log = new FileAuditLog(AuditFiles.folder(dataFolder), store, clock, rotate, required);
        synchronized (log) {
            try {
                log.goOn();
            } catch (IOException e) {
                log.failed(e, AuditEvent.Outcome.BEGUN);
            }
        }
        return log;
    }

    @Override
    public synchronized void record(AuditEvent event) {
        if (closed) {
            throw new IllegalStateException("the audit log is closed");
        }
        try {
            if (channel == null) {
                goOn();
            }
            append(event);
            problem = problem.startsWith("cannot") ? "" : problem;
        } catch (IOException e) {
            try {
                letGo();
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            failed(e, event.outcome());
        }
    }

    @Override
    public synchronized AuditStatus status() {
        return new AuditStatus(head.number(), failures, problem);
    }

    private void failed(IOException e, AuditEvent.Outcome outcome) {
        failures++;
        problem = "cannot be written: " + e.getMessage();
        if (required) {
            throw new OperatorException(
                    Reason.IO,
                    "the audit log in " + folder + " cannot be written (" + e.getMessage()
                            + "), and the configuration demands it: "
                            + (outcome == AuditEvent.Outcome.BEGUN
                                    ? "nothing was done"
                                    : "what was done stands, without a record of its end"),
                    "Make its disk writable, or set audit.required to false.",
                    e);
        }
        LOG.error("The audit log in {} cannot be written, an event is missing in it", folder, e);
    }

    private void append(AuditEvent event) throws IOException {
        FileChannel file = writable();
        AuditLine.Written line =
                AuditLine.of(head.number() + 1, clock.instant().truncatedTo(ChronoUnit.MILLIS), event, head.hash());
        ByteBuffer buffer = ByteBuffer.wrap((line.text() + "\n").getBytes(StandardCharsets.UTF_8));
        octets += buffer.remaining();
        while (buffer.hasRemaining()) {
            int unused = file.write(buffer);
        }
        file.force(true);
        head = new AuditHead(head.number() + 1, line.hash());
        keepHead();
    }

    private void keepHead() {
        try {
            head.keepIn(store);
        } catch (OperatorException e) {
            LOG.warn("The store cannot keep the audit log's head now; the next record brings it: {}", e.getMessage());
        }
    }

    private FileChannel writable() throws IOException {
        FileChannel file = channel;
        if (file == null || octets >= rotate) {
            letGo();
            file = begin(head.number() + 1);
        }
        return file;
    }

    private FileChannel begin(long first) throws IOException {
        Path path = AuditFiles.file(folder, first);
        FileChannel file = FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        channel = file;
        octets = file.size();
        try (FileChannel above = FileChannel.open(folder, StandardOpenOption.READ)) {
            above.force(true);
        }
        return file;
    }

    /** Finds the end of the log and what is wrong with it. */
    private void goOn() throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        AuditEnd end = AuditEnd.of(folder);
        AuditHead known = AuditHead.in(store).orElse(null);
        String broken = end.contradiction(known);
        if (!broken.isEmpty() && known != null) {
            LOG.error("The audit log in {} is not whole: {}. 'understudy audit verify' says more", folder, broken);
            problem = "is not whole: " + broken;
            head = known;
            channel = begin(known.number() + 1);
            append(event("log.broken", Map.of("found", broken)));
            return;
        }
        head = end.head();
        Path newest = end.newest();
        if (newest != null) {
            FileChannel file = FileChannel.open(newest, StandardOpenOption.WRITE);
            octets = end.whole();
            file.truncate(octets);
            file.position(octets);
            channel = file;
        }
        if (end.torn().length > 0) {
            LOG.warn("{} ended in half a record, which nobody was told of as written; it is taken off", newest);
            append(event(
                    "log.torn",
                    Map.of("octets", String.valueOf(end.torn().length), "sha256", AuditLine.sha256(end.torn()))));
        }
    }

    private static AuditEvent event(String action, Map<String, String> details) {
        return new AuditEvent(AuditEvent.Kind.LOG, Actor.SYSTEM, action, details, AuditEvent.Outcome.DONE);
    }

    private void letGo() throws IOException {
        FileChannel file = channel;
        channel = null;
        if (file != null) {
            file.close();
        }
    }

    /** Each record is on disk already. */
    @Override
    public synchronized void close() {
        closed = true;
        try {
            letGo();
        } catch (IOException e) {
            LOG.warn("The audit log's file cannot be closed: {}", e.getMessage());
        }
    }
}
