package org.understudy.storage.fsck;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.Structures;
import org.understudy.storage.engine.View;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Keys;
import org.understudy.storage.mime.MessageStructure;

/**
 * Reads a view in short stretches and tells a {@link Watch} after each, so that a check can be slowed down and stopped
 * without holding an iterator or a lock of the store meanwhile. Not thread-safe.
 */
public final class Reading {
    private static final long STRETCH_OCTETS = 1 << 20;
    private static final int STRETCH_ROWS = 4096;

    private final View view;
    private final Watch watch;
    private long octets;
    private long calls;

    /** @param watch is told of what was read, and may slow the reader down or stop it */
    public Reading(View view, Watch watch) {
        this.view = view;
        this.watch = watch;
    }

    Watch watch() {
        return watch;
    }

    Optional<byte[]> get(Family family, byte[] key) {
        calls++;
        Optional<byte[]> value = view.get(family, key);
        octets += key.length + value.map(bytes -> bytes.length).orElse(0);
        return value;
    }

    /** Reads a body and finds out its structure. */
    MessageStructure structure(BodyId body, long size) {
        calls++;
        octets += size;
        return Structures.read(view, body, size);
    }

    boolean structuresAreComplete() {
        calls++;
        return Structures.isComplete(view);
    }

    void scanPrefix(Family family, byte[] prefix, View.Visitor visitor) {
        scan(family, prefix, Keys.after(prefix), visitor);
    }

    /** Visits rows from {@code from} to before {@code to}, or to the end. */
    public void scan(Family family, byte[] from, byte @Nullable [] to, View.Visitor visitor) {
        byte[] at = from;
        Stretch stretch;
        do {
            stretch = new Stretch(visitor, at);
            view.scan(family, at, to, stretch);
            at = stretch.next();
        } while (stretch.full);
    }

    void scanTolerantly(Family family, View.KeyStep step, View.TolerantVisitor visitor) {
        byte[] at = new byte[0];
        byte[] last = new byte[0];
        TolerantStretch stretch;
        do {
            stretch = new TolerantStretch(visitor, at, last);
            view.scanTolerantly(family, at, null, step, stretch);
            at = stretch.next();
            last = stretch.last;
        } while (stretch.full);
    }

    /** Visits rows until there were enough of them for now. */
    private class Stretch implements View.Visitor {
        private final View.Visitor visitor;
        private final byte[] from;
        private byte @Nullable [] read;
        private int rows;
        boolean full;

        Stretch(View.Visitor visitor, byte[] from) {
            this.visitor = visitor;
            this.from = from;
        }

        @Override
        public boolean row(byte[] key, byte[] value) {
            read = key;
            octets += key.length + value.length;
            rows++;
            if (!visitor.row(key, value)) {
                return false;
            }
            full = octets >= STRETCH_OCTETS || rows >= STRETCH_ROWS;
            return !full;
        }

        /** Tells the watch; answers where to go on. */
        byte[] next() {
            long done = octets;
            long asked = calls + 1;
            octets = 0;
            calls = 0;
            watch.read(done, asked);
            byte[] end = read;
            return end == null ? from : Arrays.copyOf(end, end.length + 1);
        }
    }

    private final class TolerantStretch extends Stretch implements View.TolerantVisitor {
        private final View.TolerantVisitor visitor;
        private byte[] last;

        TolerantStretch(View.TolerantVisitor visitor, byte[] from, byte[] last) {
            super(visitor, from);
            this.visitor = visitor;
            this.last = last;
        }

        @Override
        public boolean row(byte[] key, byte[] value) {
            last = key;
            return super.row(key, value);
        }

        @Override
        public void unreadable(byte[] lastKey, String why) {
            visitor.unreadable(last, why);
        }
    }
}
