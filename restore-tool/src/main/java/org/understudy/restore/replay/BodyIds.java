package org.understudy.restore.replay;

import org.understudy.storage.keyspace.BodyId;

/** Gives out body ids that no other body of the live store will have. */
public interface BodyIds {
    /** Takes {@code count} consecutive ids and returns the first. */
    BodyId reserve(long count);
}
