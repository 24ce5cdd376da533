package org.understudy.storage.fsck;

import java.security.MessageDigest;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.engine.View;
import org.understudy.storage.keyspace.BodyCodec;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.Family;
import org.understudy.storage.keyspace.Keys;

/** Reads every body once, in order, and compares it with its own digest. */
final class BodyScan implements View.TolerantVisitor {
    /**
     * What a body turned out to be.
     *
     * @param fault empty if its bytes have the digest that it states
     */
    record Summary(long size, Digest digest, String fault) {}

    private final Reading reading;
    private final Consumer<Fsck.Finding> findings;
    private final Map<Long, Summary> bodies = new HashMap<>();
    private final MessageDigest sum = Digest.sha256();
    private long id;
    private BodyCodec.@Nullable Head head;
    private int chunk;
    private long size;

    BodyScan(Reading reading, Consumer<Fsck.Finding> findings) {
        this.reading = reading;
        this.findings = findings;
    }

    Map<Long, Summary> run() {
        reading.scanTolerantly(
                Family.BODY,
                key -> Keys.body(new BodyId((key.length < 8 ? 0 : Keys.idOf(Family.BODY, key)) + 1), 0),
                this);
        finish();
        return bodies;
    }

    @Override
    public boolean row(byte[] key, byte[] value) {
        long at = Keys.idOf(Family.BODY, key);
        if (at != id) {
            finish();
            id = at;
        }
        try {
            int number = Keys.chunkOf(key);
            if (number == 0) {
                head = BodyCodec.head(key, value);
                chunk = 0;
                size = 0;
                sum.reset();
            }
            if (head != null && number == chunk) {
                int offset = BodyCodec.dataOffset(key, value, number);
                sum.update(value, offset, value.length - offset);
                size += value.length - offset;
                chunk++;
            }
        } catch (CorruptionException e) {
            head = null;
            findings.accept(new Fsck.Finding("", "", 0, "body " + at + ": " + e.getMessage()));
        }
        return true;
    }

    @Override
    public void unreadable(byte[] lastKey, String why) {
        finish();
        findings.accept(new Fsck.Finding(
                "",
                "",
                0,
                "bodies after body " + (lastKey.length < 8 ? 0 : Keys.idOf(Family.BODY, lastKey)) + " cannot be read: "
                        + why));
    }

    private void finish() {
        BodyCodec.Head done = head;
        head = null;
        if (done == null) {
            return;
        }
        String fault = "";
        if (size != done.size()) {
            fault = "its body should have " + done.size() + " octets and has " + size;
        } else if (!Digest.of(sum.digest()).equals(done.rawDigest())) {
            fault = "its body does not have the digest that was stored with it";
        }
        bodies.put(id, new Summary(done.size(), done.digest(), fault));
        reading.watch().bodies(bodies.size());
    }
}
