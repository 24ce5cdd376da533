package org.understudy.storage;

import java.nio.file.Path;
import org.understudy.storage.keyspace.BodyId;

/**
 * A finished file of body rows, written aside and taken into a store whole.
 *
 * @param first smallest body id in it
 * @param last largest body id in it
 */
public record BodySegment(Path file, BodyId first, BodyId last, long bodies, long bytes) {}
