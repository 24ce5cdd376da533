package org.understudy.restore.source.imap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * A spool that is being written, by one process at a time. Octets are on disk before the record that names them; records
 * are held back for it.
 */
final class Spool implements BodyTaker, AutoCloseable {
    static final String ACCOUNT = "account.json";
    static final String JOURNAL = "journal";
    static final String FORMAT = "understudy-imap-spool";
    static final String RUN_FORMAT = "understudy-imap-run";
    static final int VERSION = 1;

    /** Octets after which a file of messages is followed by another. */
    private static final long PART = 1L << 30;

    /** Octets of messages after which they and their records go to the disk for good. */
    private static final long SYNC_EVERY = 16L << 20;

    private final Path folder;
    private final FileChannel lockFile;
    private final FileChannel journal;
    private final SpoolState state;
    private FileChannel part;
    private int partNumber;
    private long partEnd;
    private long bodyStart = -1;
    private long unsynced;
    private final ByteArrayOutputStream records = new ByteArrayOutputStream();
    private MessageDigest digest = sha256();
    private MessageDigest lastDigest = sha256();
    private SpoolEntry.@Nullable Body lastBody;

    private Spool(Path folder, FileChannel lockFile, FileChannel journal, SpoolState state, int partNumber)
            throws IOException {
        this.folder = folder;
        this.lockFile = lockFile;
        this.journal = journal;
        this.state = state;
        this.partNumber = partNumber;
        this.part = part(folder, partNumber);
        this.partEnd = part.size();
    }

    /**
     * Opens a spool, or makes one.
     *
     * @throws OperatorException if it is another account's, damaged, in use, or cannot be written
     */
    static Spool open(Path folder, ImapAddress address) {
        try {
            Files.createDirectories(folder);
            if (Files.getFileStore(folder).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            }
            return open(folder, address, lock(folder));
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    private static Spool open(Path folder, ImapAddress address, FileChannel lock) throws IOException {
        try {
            account(folder, address);
            Path file = folder.resolve(JOURNAL);
            long size = Files.exists(file) ? Files.size(file) : 0;
            SpoolJournal.Read read =
                    size == 0 ? new SpoolJournal.Read(new SpoolState(), 0, 0) : SpoolJournal.read(file, size);
            refuseIfDamaged(folder, read.sound());
            FileChannel journal = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            journal.truncate(read.sound());
            journal.position(read.sound());
            int last = 1;
            while (Files.exists(folder.resolve(partName(last + 1)))) {
                last++;
            }
            return new Spool(folder, lock, journal, read.state(), last);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** A line is cut where the machine stopped; what a finished run counts on must be whole. */
    private static void refuseIfDamaged(Path folder, long sound) throws IOException {
        SpoolRun latest = SpoolRun.latest(folder);
        if (latest != null && latest.journalOctets() > sound) {
            throw new OperatorException(
                    Reason.SOURCE,
                    "%s is damaged from octet %,d on; run %d, which ended, needs %,d"
                            .formatted(folder.resolve(JOURNAL), sound, latest.run(), latest.journalOctets()),
                    "Move the folder " + folder + " away and run it again: all mail is then fetched anew.");
        }
    }

    private static FileChannel lock(Path folder) throws IOException {
        FileChannel file =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = file.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            file.close();
            throw new OperatorException(
                    Reason.BUSY,
                    "mail is being fetched into " + folder + " by another process",
                    "Wait until it has ended.");
        }
        return file;
    }

    private static void account(Path folder, ImapAddress address) throws IOException {
        Path file = folder.resolve(ACCOUNT);
        if (Files.exists(file)) {
            JsonNode known = SpoolJournal.JSON.readTree(file.toFile());
            if (!known.path("format").asText().equals(FORMAT)
                    || known.path("version").asInt() != VERSION
                    || !known.path("address").asText().equals(address.toString())) {
                throw new OperatorException(
                        Reason.CONFLICT,
                        "%s is a spool of %s, not of %s"
                                .formatted(folder, known.path("address").asText("nothing known"), address),
                        "Name another folder with --spool.");
            }
            return;
        }
        ObjectNode account = SpoolJournal.JSON.createObjectNode();
        account.put("format", FORMAT);
        account.put("version", VERSION);
        account.put("address", address.toString());
        account.put("user", address.owner());
        write(file, account);
    }

    static void write(Path file, JsonNode json) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel out = FileChannel.open(
                beside, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            writeAll(out, ByteBuffer.wrap(SpoolJournal.JSON.writeValueAsBytes(json)));
            out.force(true);
        }
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Path folder = file.getParent();
        if (folder != null) {
            try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
                directory.force(true);
            }
        }
    }

    static String partName(int number) {
        return "messages-%06d".formatted(number);
    }

    private static FileChannel part(Path folder, int number) throws IOException {
        return FileChannel.open(folder.resolve(partName(number)), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    static OperatorException unwritable(Path folder, IOException e) {
        String why = e instanceof FileSystemException f && f.getReason() != null
                ? f.getReason()
                : String.valueOf(e.getMessage());
        boolean full = why.toLowerCase(java.util.Locale.ROOT).contains("no space left");
        return new OperatorException(
                full ? Reason.DISK_FULL : Reason.IO,
                "mail cannot be fetched into " + folder + ": " + why,
                "Make room or make the folder writable, or name another with --spool; what is there is kept, and the"
                        + " same command goes on.",
                e);
    }

    SpoolState state() {
        return state;
    }

    Path folder() {
        return folder;
    }

    static ObjectNode record(String type) {
        return SpoolJournal.JSON.createObjectNode().put("type", type);
    }

    /** Adds a record to the journal and to the state. */
    void add(ObjectNode record) {
        records.writeBytes(SpoolJournal.line(record));
        state.apply(record);
        if (unsynced >= SYNC_EVERY || records.size() >= SYNC_EVERY) {
            sync();
        }
    }

    /** Begins a message's octets; those of one that was begun and not ended are dropped. */
    @Override
    public void beginBody() {
        try {
            if (bodyStart >= 0) {
                partEnd = bodyStart;
            }
            if (partEnd >= PART) {
                part.force(true);
                part.close();
                partNumber++;
                part = part(folder, partNumber);
                partEnd = part.size();
            }
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
        bodyStart = partEnd;
        digest.reset();
    }

    @Override
    public void continueBody() {
        SpoolEntry.Body body = lastBody;
        if (body == null || body.part() != partNumber || body.offset() + body.length() != partEnd) {
            throw new IllegalStateException("there is nothing to go on with");
        }
        bodyStart = body.offset();
        digest = lastDigest;
    }

    @Override
    public void write(byte[] buffer, int offset, int length) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(buffer, offset, length);
            while (bytes.hasRemaining()) {
                partEnd += part.write(bytes, partEnd);
            }
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
        digest.update(buffer, offset, length);
        unsynced += length;
    }

    @Override
    public SpoolEntry.Body endBody() {
        try {
            lastDigest = (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
        SpoolEntry.Body body = new SpoolEntry.Body(
                partNumber, bodyStart, partEnd - bodyStart, HexFormat.of().formatHex(digest.digest()));
        bodyStart = -1;
        lastBody = body;
        return body;
    }

    @Override
    public void dropBody() {
        if (bodyStart >= 0) {
            partEnd = bodyStart;
            bodyStart = -1;
        }
    }

    /** Brings all to the disk: octets first, then the records that name them. */
    void sync() {
        try {
            part.force(true);
            writeAll(journal, ByteBuffer.wrap(records.toByteArray()));
            records.reset();
            journal.force(true);
            unsynced = 0;
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    /**
     * Ends a run: from now on it can be read as a source, whatever is fetched later.
     *
     * @return the file that names it
     */
    Path end(Instant at, String address) {
        sync();
        try {
            return SpoolRun.write(folder, state.run(), address, at, journal.position());
        } catch (IOException e) {
            throw unwritable(folder, e);
        }
    }

    private static void writeAll(FileChannel to, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            sync();
        } finally {
            part.close();
            journal.close();
            lockFile.close();
        }
    }
}
