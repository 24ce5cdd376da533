package org.understudy.storage;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.understudy.storage.keyspace.Author;

/**
 * A small table of text keys within an owner, for what the server keeps of its own: subscriptions by user, annotations
 * and access lists by mailbox, quota limits by root, attachments' descriptions, settings. Keys and owners are any text
 * of up to 512 bytes in UTF-8 without NUL; values up to 1 MiB.
 */
public final class Rows {
    Rows() {}

    public Optional<byte[]> get(String owner, String key) {
        throw new IllegalStateException();
    }

    /** All rows of an owner whose keys begin with {@code prefix}, by key in byte order. */
    public SortedMap<String, byte[]> list(String owner, String prefix) {
        throw new IllegalStateException();
    }

    /** All rows of all owners: owner to key to value, in byte order. */
    public SortedMap<String, SortedMap<String, byte[]>> all() {
        throw new IllegalStateException();
    }

    /** Puts rows in one effect; a null value deletes its row. */
    public void write(String owner, Map<String, byte @org.jspecify.annotations.Nullable []> rows, Author author) {
        throw new IllegalStateException();
    }

    /** Reads one row, changes it and writes it back as one effect; null from {@code change} deletes the row. */
    public Optional<byte[]> update(
            String owner,
            String key,
            java.util.function.Function<Optional<byte[]>, Optional<byte[]>> change,
            Author author) {
        throw new IllegalStateException();
    }
}
