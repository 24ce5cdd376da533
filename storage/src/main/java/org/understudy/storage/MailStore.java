package org.understudy.storage;

import java.nio.file.Path;
import java.time.Clock;
import org.understudy.storage.keyspace.BodyId;

/**
 * One store: the only way to the mail in a folder. Close it to release the folder.
 *
 * <p>Thread-safe. RocksDB admits one writing process; a second one gets {@link Reason#BUSY}.
 */
public final class MailStore implements AutoCloseable {
    /** The version of the on-disk format that this code writes. */
    public static final int FORMAT_VERSION = 1;

    private MailStore() {}

    /**
     * How a store is opened.
     *
     * @param blockCacheBytes memory for blocks, filters, indexes and write buffers together
     */
    public record Options(long blockCacheBytes, Clock clock) {
        public static Options defaults() {
            return new Options(256L << 20, Clock.systemUTC());
        }
    }

    /**
     * Opens the store in {@code folder}, or makes one where the folder is empty or missing.
     *
     * @throws OperatorException {@link Reason#STORE_REFUSED} for a foreign, newer, incomplete or damaged store, of
     *     which then not a byte is changed; {@link Reason#BUSY} if another process has it open
     */
    public static MailStore open(Path folder, Options options) {
        throw new IllegalStateException();
    }

    /**
     * Opens a store, or the folder of a {@link StoreSnapshot}, for reading; nothing in it is changed, and writing
     * methods throw {@link IllegalStateException}.
     *
     * @param tolerateMissingFiles go on without sorted tables that are missing or cut; their rows are then absent, so
     *     the caller must know from elsewhere what should be there
     */
    public static MailStore openReadOnly(Path folder, Options options, boolean tolerateMissingFiles) {
        throw new IllegalStateException();
    }

    /** Random UUID, given when the store was made. */
    public String storeId() {
        throw new IllegalStateException();
    }

    public Mailboxes mailboxes() {
        throw new IllegalStateException();
    }

    public Messages messages() {
        throw new IllegalStateException();
    }

    public Bodies bodies() {
        throw new IllegalStateException();
    }

    public Accounts accounts() {
        throw new IllegalStateException();
    }

    /** Owner: user name; key: mailbox name. */
    public Rows subscriptions() {
        throw new IllegalStateException();
    }

    /** Owner: mailbox id; key: annotation key. */
    public Rows annotations() {
        throw new IllegalStateException();
    }

    /** Owner: mailbox id; key: entry key of the access control list; value: rights. */
    public Rows accessLists() {
        throw new IllegalStateException();
    }

    /** Owner: quota root, or empty for global; key: kind of limit. */
    public Rows quotaLimits() {
        throw new IllegalStateException();
    }

    /** Owner: attachment id; keys as the server likes. */
    public Rows attachments() {
        throw new IllegalStateException();
    }

    /** Owner: subject area; keys as the server likes. */
    public Rows settings() {
        throw new IllegalStateException();
    }

    public Journal journal() {
        throw new IllegalStateException();
    }

    /** Always exact: derived from the counters of the owner's mailboxes. */
    public Usage usage(String namespace, String owner) {
        throw new IllegalStateException();
    }

    /** Takes {@code count} body ids out of circulation, durably, and returns the first. */
    public BodyId reserveBodyIds(long count) {
        throw new IllegalStateException();
    }

    /** Starts a segment file, to be filled with bodies in growing order of their ids. */
    public BodySegmentWriter writeSegment(Path file) {
        throw new IllegalStateException();
    }

    /**
     * Takes the rows of a segment in, by hard link where the file system can. Nothing points at them yet. The file
     * stays, and must never be changed.
     */
    public void adopt(BodySegment segment) {
        throw new IllegalStateException();
    }

    /** Observers are told of effects from now on. */
    public void addObserver(CommitObserver observer) {
        throw new IllegalStateException();
    }

    /**
     * A consistent copy in a new folder on the same file system, as hard links; takes milliseconds.
     *
     * @param folder must not exist
     */
    public StoreSnapshot checkpoint(Path folder) {
        throw new IllegalStateException();
    }

    /** Syncs what is left and closes; waits for effects under way. */
    @Override
    public void close() {}
}
