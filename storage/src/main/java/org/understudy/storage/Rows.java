package org.understudy.storage;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.engine.Effect;
import org.understudy.storage.engine.Engine;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Codec;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Keys;

/**
 * A small table of text keys within an owner, for what the server keeps of its own: subscriptions by user, annotations
 * and access lists by mailbox, quota limits by root, attachments' descriptions, settings. Keys and owners are any text
 * of up to 512 bytes in UTF-8 without NUL; values up to 1 MiB.
 */
public final class Rows {
    private final Engine engine;
    private final Family family;
    private final Object updates = new Object();

    Rows(Engine engine, Family family) {
        this.engine = engine;
        this.family = family;
    }

    public Optional<byte[]> get(String owner, String key) {
        byte[] bytes = Keys.row(owner, key);
        return engine.latest().get(family, bytes).map(value -> Codec.blob(family, bytes, value));
    }

    /** All rows of an owner whose keys begin with {@code prefix}, by key in byte order. */
    public SortedMap<String, byte[]> list(String owner, String prefix) {
        SortedMap<String, byte[]> rows = new TreeMap<>();
        engine.latest().scanPrefix(family, Keys.row(owner, prefix), (key, value) -> {
            rows.put(split(key)[1], Codec.blob(family, key, value));
            return true;
        });
        return rows;
    }

    /** All rows of all owners: owner to key to value, in byte order. */
    public SortedMap<String, SortedMap<String, byte[]>> all() {
        SortedMap<String, SortedMap<String, byte[]>> owners = new TreeMap<>();
        engine.latest().scan(family, new byte[0], null, (key, value) -> {
            String[] parts = split(key);
            owners.computeIfAbsent(parts[0], owner -> new TreeMap<>()).put(parts[1], Codec.blob(family, key, value));
            return true;
        });
        return owners;
    }

    /** Puts rows in one effect; a null value deletes its row. */
    public void write(String owner, Map<String, byte @Nullable []> rows, Author author) {
        Effect effect = new Effect(author);
        rows.forEach((key, value) -> add(effect, owner, key, value));
        if (!effect.isEmpty()) {
            engine.commit(effect);
        }
    }

    /**
     * Reads one row, changes it and writes it back as one effect; empty from {@code change} deletes the row. Updates of
     * one table take place one after the other.
     *
     * @return the row now
     */
    public Optional<byte[]> update(
            String owner, String key, Function<Optional<byte[]>, Optional<byte[]>> change, Author author) {
        synchronized (updates) {
            Optional<byte[]> after = change.apply(get(owner, key));
            Effect effect = new Effect(author);
            add(effect, owner, key, after.orElse(null));
            engine.commit(effect);
            return after;
        }
    }

    /** Deletes all rows of an owner in an effect of the caller's. */
    void clear(Effect effect, String owner) {
        engine.latest().scanPrefix(family, Keys.row(owner, ""), (key, value) -> {
            effect.delete(family, key);
            return true;
        });
    }

    private void add(Effect effect, String owner, String key, byte @Nullable [] value) {
        if (value == null) {
            effect.delete(family, Keys.row(owner, key));
        } else {
            effect.put(family, Keys.row(owner, key), Codec.encodeBlob(value));
        }
    }

    private String[] split(byte[] key) {
        String text = new String(key, StandardCharsets.UTF_8);
        int nul = text.indexOf('\0');
        if (nul < 0) {
            throw new CorruptionException(
                    family.columnFamily(), HexFormat.of().formatHex(key), "owner and key expected, no NUL found", null);
        }
        return new String[] {text.substring(0, nul), text.substring(nul + 1)};
    }
}
