package org.understudy.restore.copies;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.understudy.restore.inspect.Inspected;
import org.understudy.restore.inspect.Inspection;
import org.understudy.restore.inspect.InspectionSummary;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceMailbox;

/**
 * All messages of one source by the keys that the same message is known by in another. Built in one inspection of the
 * source, then read by one thread.
 */
final class CopyIndex implements Closeable {
    /** Octets of heap a message at most: five keys and an offset of 8 each, half as much again to grow, and a mark. */
    static final int HEAP_OCTETS = 73;

    /** How many entries that agree in a key are looked at; more are a flood of one message. */
    private static final int CANDIDATES = 64;

    private static final String SNAPSHOT = "snapshot";

    private final int number;
    private final BackupSource source;
    private final FileChannel file;
    private final KeyTable keys = new KeyTable();
    private final Map<SourceMailbox, Long> uidValidities = new HashMap<>();
    private final BitSet held = new BitSet();
    private long[] offsets = new long[1 << 8];
    private int size;

    private CopyIndex(int number, BackupSource source, FileChannel file) throws IOException {
        this.number = number;
        this.source = source;
        this.file = file;
        for (BackupSource.MailboxInfo info : source.mailboxes()) {
            uidValidities.put(info.mailbox(), info.uidValidity());
        }
    }

    /** An index with what its inspection added up. */
    record Built(CopyIndex index, InspectionSummary summary) {}

    /**
     * Inspects a source and indexes what it holds.
     *
     * @param number the source's number, 0 for the main one
     * @return with a summary that says whether the inspection came to the end; if not, the thread's interrupt status is set
     */
    static Built of(int number, BackupSource source, Inspection inspection, Progress progress) throws IOException {
        Path scratch = Files.createTempFile("understudy-copies-", ".index");
        FileChannel file = FileChannel.open(
                scratch, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        CopyIndex index = new CopyIndex(number, source, file);
        InspectionSummary summary;
        try {
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(file), 1 << 16);
            summary = inspection.run(source, item -> index.add(item, out), progress);
            out.flush();
        } catch (IOException | RuntimeException | Error e) {
            try (index) {
                throw e;
            }
        }
        return new Built(index, summary);
    }

    private void add(Inspected item, OutputStream out) throws IOException {
        Optional<CopyEntry> made = entry(number, source, item, uidValidities);
        if (made.isEmpty()) {
            return;
        }
        if (size == KeyTable.ENTRIES - 1) {
            throw new IOException("the source holds more messages than can be compared at once: " + size);
        }
        if (size + 1 >= offsets.length) {
            offsets = Arrays.copyOf(offsets, offsets.length + (offsets.length >> 1));
        }
        byte[] bytes = EntryCodec.encode(made.get());
        out.write(bytes);
        offsets[size + 1] = offsets[size] + bytes.length;
        for (long hash : Identity.hashes(made.get())) {
            keys.add(hash, size);
        }
        size++;
    }

    /** An item of a source as an entry; nothing for what is no message, or of unknown mailbox. */
    static Optional<CopyEntry> entry(
            int number, BackupSource source, Inspected item, Map<SourceMailbox, Long> uidValidities) {
        return switch (item) {
            case Inspected.Message message ->
                Optional.of(entry(number, item, message.mailbox(), message.uid(), uidValidities));
            case Inspected.Unreadable unreadable ->
                unreadable
                        .mailbox()
                        .map(mailbox -> entry(number, item, mailbox, uidInPath(source, item), uidValidities));
            case Inspected.Ignored ignored -> Optional.empty();
        };
    }

    private static CopyEntry entry(
            int number, Inspected item, SourceMailbox mailbox, long uid, Map<SourceMailbox, Long> uidValidities) {
        return new CopyEntry(number, item, mailbox, uid, uidValidities.getOrDefault(mailbox, 0L));
    }

    /** The UID of a snapshot's unreadable item, whose path is {@code user/mailbox/uid}; else 0. */
    private static long uidInPath(BackupSource source, Inspected item) {
        String last = item.ref().path().substring(item.ref().path().lastIndexOf('/') + 1);
        return source.describe().kind().equals(SNAPSHOT) && last.matches("\\d{1,10}") ? Long.parseLong(last) : 0;
    }

    BackupSource source() {
        return source;
    }

    int number() {
        return number;
    }

    /** How many entries there are; they have the numbers below. */
    int size() {
        return size;
    }

    CopyEntry entry(int entry) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) (offsets[entry + 1] - offsets[entry]));
        while (bytes.hasRemaining()) {
            if (file.read(bytes, offsets[entry] + bytes.position()) < 0) {
                throw new IOException("the index of " + source.describe().location() + " ends early");
            }
        }
        return EntryCodec.decode(number, bytes.array());
    }

    /** Number of an entry and the entry. */
    record Found(int number, CopyEntry entry) {}

    /** The first {@value #CANDIDATES} entries that agree with {@code like} in a key, in the source's order. */
    List<Found> find(CopyEntry like, Identity.Key key) throws IOException {
        List<Found> found = new ArrayList<>();
        for (int candidate : candidates(like, key)) {
            CopyEntry entry = entry(candidate);
            if (Identity.same(like, entry, key)) {
                found.add(new Found(candidate, entry));
                if (found.size() == CANDIDATES) {
                    break;
                }
            }
        }
        return found;
    }

    /** Notes that a source before this one holds the message of an entry. */
    void hold(int entry) {
        held.set(entry);
    }

    /** Notes the same of all entries that have the same user and bytes. */
    void holdEqual(CopyEntry like) throws IOException {
        for (int candidate : candidates(like, Identity.Key.DIGEST)) {
            if (!held.get(candidate) && Identity.same(like, entry(candidate), Identity.Key.DIGEST)) {
                held.set(candidate);
            }
        }
    }

    boolean isHeld(int entry) {
        return held.get(entry);
    }

    private List<Integer> candidates(CopyEntry like, Identity.Key key) {
        List<Integer> numbers = new ArrayList<>();
        Identity.hash(like, key).ifPresent(hash -> keys.find(hash, numbers::add));
        return numbers;
    }

    /** Deletes the temporary file; the source stays open. */
    @Override
    public void close() throws IOException {
        file.close();
    }
}
