package org.understudy.restore.repository.log;

/** How carrying the log away stands. */
public enum ArchiveState {
    /** There is no repository yet; the first snapshot makes it. */
    NO_REPOSITORY,
    /** The repository has no snapshot of this store onto which a log could be replayed. */
    NO_SNAPSHOT,
    /** The log is in the repository, but what came before it is lost, so nothing since then can be reached yet. */
    WAITING_FOR_SNAPSHOT,
    /** All moments since the newest snapshot can be reached. */
    CURRENT
}
