package org.understudy.storage;

import org.understudy.storage.engine.Effect;
import org.understudy.storage.engine.Engine;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Codec;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Keys;

/**
 * Gives out ids that are never given out again, crashes included: a block of them is taken out of circulation on disk
 * before the first of it is used.
 */
final class Ids {
    private static final long BLOCK = 65_536;

    private final Engine engine;
    private final byte[] key;
    private final Author author;
    private long next;
    private long limit;
    private boolean loaded;

    /** @param name key of the counter row */
    Ids(Engine engine, String name) {
        this.engine = engine;
        this.key = Keys.text(name);
        this.author = new Author.Housekeeping("ids");
    }

    /** Not before the first id is wanted: a store that is only read needs none, and its counters may be damaged. */
    private void load() {
        if (!loaded) {
            next = engine.latest()
                    .get(Family.COUNTER, key)
                    .map(value -> Codec.id(Family.COUNTER, key, value))
                    .orElse(1L);
            limit = next;
            loaded = true;
        }
    }

    synchronized long next() {
        load();
        if (next == limit) {
            raise(limit + BLOCK);
        }
        return next++;
    }

    /** The first of {@code count} ids in a row. */
    synchronized long reserve(long count) {
        if (count < 1) {
            throw new IllegalArgumentException("at least one id, got " + count);
        }
        load();
        if (limit - next < count) {
            raise(next + count + BLOCK);
        }
        long first = next;
        next += count;
        return first;
    }

    /** From now on gives out only ids greater than {@code id}, which came from elsewhere. */
    synchronized void passOver(long id) {
        load();
        if (id >= limit) {
            raise(id + 1 + BLOCK);
        }
        next = Math.max(next, id + 1);
    }

    private void raise(long to) {
        engine.commit(new Effect(author).put(Family.COUNTER, key, Codec.encodeId(to)));
        limit = to;
    }
}
