package org.understudy.storage.engine;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Family;

/** Rows to be written together or not at all, with their author. Not thread-safe. */
public final class Effect {
    /** Begins an author's tag in the write-ahead log. */
    public static final String TAG_PREFIX = "understudy:1:";

    /** Begins the record that says when a group of effects was committed: milliseconds since 1970 UTC in digits follow. */
    static final String TIME_PREFIX = "understudy:at:";

    /** Stands in the log behind an effect's rows, so that rows that follow untagged are nobody's, not this author's. */
    static final byte[] END = "understudy:1".getBytes(StandardCharsets.UTF_8);

    /** One row to be written, or to be deleted where the value is null. */
    static final class Row {
        private final Family family;
        private final byte[] key;
        private final byte @Nullable [] value;

        Row(Family family, byte[] key, byte @Nullable [] value) {
            this.family = family;
            this.key = key;
            this.value = value;
        }

        Family family() {
            return family;
        }

        byte[] key() {
            return key;
        }

        byte @Nullable [] value() {
            return value;
        }
    }

    private final byte[] tag;
    private final List<Row> rows = new ArrayList<>();
    private long bytes;

    public Effect(Author author) {
        tag = (TAG_PREFIX + author.tag()).getBytes(StandardCharsets.UTF_8);
    }

    public Effect put(Family family, byte[] key, byte[] value) {
        rows.add(new Row(family, key, value));
        bytes += key.length + value.length;
        return this;
    }

    public Effect delete(Family family, byte[] key) {
        rows.add(new Row(family, key, null));
        bytes += key.length;
        return this;
    }

    public boolean isEmpty() {
        return rows.isEmpty();
    }

    byte[] tag() {
        return tag;
    }

    List<Row> rows() {
        return rows;
    }

    /** Keys and values together. */
    long bytes() {
        return bytes;
    }
}
