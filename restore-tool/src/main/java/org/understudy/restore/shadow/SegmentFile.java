package org.understudy.restore.shadow;

import java.nio.file.Path;
import org.understudy.storage.BodySegment;
import org.understudy.storage.keyspace.BodyId;

/**
 * A body file that the shadow adopted.
 *
 * @param name file name within {@code segments}
 */
public record SegmentFile(String name, BodyId first, BodyId last, long bodies, long bytes) {
    static SegmentFile of(BodySegment segment) {
        return new SegmentFile(
                String.valueOf(segment.file().getFileName()),
                segment.first(),
                segment.last(),
                segment.bodies(),
                segment.bytes());
    }

    /** As the store takes it. */
    public BodySegment in(Path folder) {
        return new BodySegment(folder.resolve(name), first, last, bodies, bytes);
    }
}
