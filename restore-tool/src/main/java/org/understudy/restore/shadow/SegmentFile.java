package org.understudy.restore.shadow;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.understudy.storage.BodySegment;
import org.understudy.storage.keyspace.BodyId;
import org.understudy.storage.keyspace.Digest;

/**
 * A body file that the shadow adopted.
 *
 * @param name file name within {@code segments}
 * @param sha256 of the file's octets, taken before validation read each of its bodies and found all of them equal to their
 *     digests; null where it has not
 */
public record SegmentFile(
        String name,
        BodyId first,
        BodyId last,
        long bodies,
        long bytes,
        @Nullable Digest sha256) {
    static SegmentFile of(BodySegment segment) {
        return new SegmentFile(
                String.valueOf(segment.file().getFileName()),
                segment.first(),
                segment.last(),
                segment.bodies(),
                segment.bytes(),
                null);
    }

    SegmentFile validated(@Nullable Digest sum) {
        return new SegmentFile(name, first, last, bodies, bytes, sum);
    }

    /** As the store takes it. */
    public BodySegment in(Path folder) {
        return new BodySegment(folder.resolve(name), first, last, bodies, bytes);
    }
}
