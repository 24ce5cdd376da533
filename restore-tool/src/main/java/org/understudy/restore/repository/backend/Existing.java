package org.understudy.restore.repository.backend;

/** What a put does where the name exists already. */
public enum Existing {
    /** Takes its place in one step: readers see the old bytes or the new ones. */
    REPLACE,
    /** Fails with {@link java.nio.file.FileAlreadyExistsException} and leaves it as it is. */
    REFUSE
}
