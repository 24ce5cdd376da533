package org.understudy.storage;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.understudy.storage.engine.Effect;
import org.understudy.storage.engine.Engine;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Codec;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Keys;

/** The restore journal: rows by key. Most are written together with what they record, by {@link Messages}. */
public final class Journal {
    private final Engine engine;

    Journal(Engine engine) {
        this.engine = engine;
    }

    public void write(List<JournalRow> rows, Author author) {
        Effect effect = new Effect(author);
        write(effect, rows);
        if (!effect.isEmpty()) {
            engine.commit(effect);
        }
    }

    static void write(Effect effect, List<JournalRow> rows) {
        for (JournalRow row : rows) {
            effect.put(
                    Family.JOURNAL,
                    Keys.text(row.key()),
                    Codec.encodeBlob(row.value().getBytes(StandardCharsets.UTF_8)));
        }
    }

    public Optional<String> get(String key) {
        byte[] bytes = Keys.text(key);
        return engine.latest().get(Family.JOURNAL, bytes).map(value -> text(bytes, value));
    }

    /** All rows whose keys begin with {@code prefix}, in byte order of their keys. */
    public List<JournalRow> list(String prefix) {
        List<JournalRow> rows = new ArrayList<>();
        engine.latest().scanPrefix(Family.JOURNAL, Keys.text(prefix), (key, value) -> {
            rows.add(new JournalRow(new String(key, StandardCharsets.UTF_8), text(key, value)));
            return true;
        });
        return rows;
    }

    /**
     * The rows whose keys begin with {@code prefix} and are {@code from} or after it, in byte order of their keys.
     *
     * @param from begins with {@code prefix}
     * @param most how many at most
     */
    public List<JournalRow> page(String prefix, String from, int most) {
        List<JournalRow> rows = new ArrayList<>();
        byte[] start = Keys.text(prefix);
        engine.latest().scan(Family.JOURNAL, Keys.text(from), null, (key, value) -> {
            boolean inside = rows.size() < most
                    && key.length >= start.length
                    && Arrays.equals(key, 0, start.length, start, 0, start.length);
            if (inside) {
                rows.add(new JournalRow(new String(key, StandardCharsets.UTF_8), text(key, value)));
            }
            return inside;
        });
        return rows;
    }

    /** Deletes all rows whose keys begin with {@code prefix}. */
    public void delete(String prefix, Author author) {
        Effect effect = new Effect(author);
        engine.latest().scanPrefix(Family.JOURNAL, Keys.text(prefix), (key, value) -> {
            effect.delete(Family.JOURNAL, key);
            return true;
        });
        if (!effect.isEmpty()) {
            engine.commit(effect);
        }
    }

    private static String text(byte[] key, byte[] value) {
        return new String(Codec.blob(Family.JOURNAL, key, value), StandardCharsets.UTF_8);
    }
}
