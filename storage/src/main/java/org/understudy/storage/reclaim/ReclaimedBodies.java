package org.understudy.storage.reclaim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongPredicate;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.engine.Effect;
import org.understudy.storage.engine.Engine;
import org.understudy.storage.engine.View;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Codec;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Keys;

/**
 * Which bodies were reclaimed: rows of family {@code setting}, a bit for each of {@link #IDS} ids, and how many octets of
 * them still lie in tables (docs/on-disk-format.md#reclaimed-bodies). A bit is put in the effect that deletes the body, and
 * taken away when a segment brings a body of that id again.
 */
public final class ReclaimedBodies {
    /** Ids that share a row. */
    static final int IDS = 1024;

    private static final String AREA = "reclaimed";
    private static final int BYTES = IDS / 8;
    private static final Author AUTHOR = new Author.Housekeeping("reclaim");

    private final Engine engine;

    public ReclaimedBodies(Engine engine) {
        this.engine = engine;
    }

    /** One row. */
    static final class Row {
        private final long number;
        private final long octets;
        private final byte[] bits;

        /**
         * @param number of the row: its ids are those from {@code number * IDS} on
         * @param octets of bodies that were deleted since the tables were last compacted for it
         * @param bits not to be changed
         */
        Row(long number, long octets, byte[] bits) {
            this.number = number;
            this.octets = octets;
            this.bits = bits;
        }

        long number() {
            return number;
        }

        long octets() {
            return octets;
        }

        byte[] bits() {
            return bits;
        }

        Row with(long id, long size) {
            byte[] more = bits.clone();
            more[(int) (id % IDS) / 8] |= (byte) (1 << (id % 8));
            return new Row(number, octets + size, more);
        }

        boolean has(long id) {
            return (bits[(int) (id % IDS) / 8] & 1 << (id % 8)) != 0;
        }
    }

    /** Whether the body of that id was reclaimed and has not come again, as of now. */
    public boolean has(BodyId id) {
        return has(engine.latest(), id);
    }

    /** The same as of a view. */
    public static boolean has(View view, BodyId id) {
        return row(view, id.value() / IDS).map(row -> row.has(id.value())).orElse(false);
    }

    /** All of them as of a view, in memory: a bit for each, and for each that lies beside one. */
    public static LongPredicate allOf(View view) {
        return inMemory(view)::has;
    }

    static IdSet inMemory(View view) {
        IdSet gone = new IdSet();
        for (Row row : all(view)) {
            for (int i = 0; i < IDS; i++) {
                long id = row.number() * IDS + i;
                if (row.has(id)) {
                    gone.add(id);
                }
            }
        }
        return gone;
    }

    static Optional<Row> row(View view, long number) {
        byte[] key = key(number);
        return view.get(Family.SETTING, key).map(value -> decode(number, key, value));
    }

    Row rowOrNew(long number) {
        return row(engine.latest(), number).orElseGet(() -> new Row(number, 0, new byte[BYTES]));
    }

    static void put(Effect effect, Row row) {
        effect.put(Family.SETTING, key(row.number()), encode(row));
    }

    /** All rows, by number. */
    static List<Row> all(View view) {
        List<Row> rows = new ArrayList<>();
        byte[] prefix = Keys.row(AREA, "");
        view.scanPrefix(Family.SETTING, prefix, (key, value) -> {
            String name = new String(
                    key, prefix.length, key.length - prefix.length, java.nio.charset.StandardCharsets.US_ASCII);
            rows.add(decode(Long.parseLong(name, 16), key, value));
            return true;
        });
        return rows;
    }

    /** Tables were compacted for these rows. */
    void compacted(List<Row> rows) {
        TreeMap<Long, Row> now = new TreeMap<>();
        for (Row row : rows) {
            Row latest = rowOrNew(row.number());
            now.put(row.number(), new Row(row.number(), Math.max(0, latest.octets() - row.octets()), latest.bits()));
        }
        write(now);
    }

    /** Bodies from {@code first} to {@code last} may have come again. */
    void cameAgain(BodyId first, BodyId last) {
        TreeMap<Long, Row> now = new TreeMap<>();
        engine.latest()
                .scan(
                        Family.SETTING,
                        key(first.value() / IDS),
                        Arrays.copyOf(key(last.value() / IDS), key(0).length + 1),
                        (key, value) -> {
                            String name = new String(key, java.nio.charset.StandardCharsets.US_ASCII);
                            long number = Long.parseLong(name.substring(AREA.length() + 1), 16);
                            Row row = decode(number, key, value);
                            byte[] bits = row.bits().clone();
                            for (int i = 0; i < IDS; i++) {
                                long id = number * IDS + i;
                                if (id >= first.value() && id <= last.value() && row.has(id) && exists(id)) {
                                    bits[i / 8] &= (byte) ~(1 << (i % 8));
                                }
                            }
                            if (!Arrays.equals(bits, row.bits())) {
                                now.put(number, new Row(number, row.octets(), bits));
                            }
                            return true;
                        });
        write(now);
    }

    private boolean exists(long id) {
        return engine.latest().read(Family.BODY, Keys.body(new BodyId(id), 0), new byte[0]) >= 0;
    }

    private void write(Map<Long, Row> rows) {
        Effect effect = new Effect(AUTHOR);
        rows.values().forEach(row -> put(effect, row));
        if (!effect.isEmpty()) {
            engine.commit(effect);
        }
    }

    private static byte[] key(long number) {
        return Keys.row(AREA, String.format(Locale.ROOT, "%016x", number));
    }

    /** {@code octets:8 | bits:128}, in the frame of a setting. */
    static byte[] encode(Row row) {
        byte[] bytes = Arrays.copyOf(Codec.encodeId(row.octets()), Long.BYTES + BYTES);
        System.arraycopy(row.bits(), 0, bytes, Long.BYTES, BYTES);
        return Codec.encodeBlob(bytes);
    }

    private static Row decode(long number, byte[] key, byte[] value) {
        byte[] bytes = Codec.blob(Family.SETTING, key, value);
        if (bytes.length != Long.BYTES + BYTES) {
            throw new CorruptionException(
                    Family.SETTING.columnFamily(),
                    java.util.HexFormat.of().formatHex(key),
                    "a row of reclaimed bodies of " + bytes.length + " octets",
                    null);
        }
        return new Row(
                number,
                Codec.id(Family.SETTING, key, Arrays.copyOf(bytes, Long.BYTES)),
                Arrays.copyOfRange(bytes, Long.BYTES, bytes.length));
    }
}
