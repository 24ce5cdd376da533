package org.understudy.restore.repository;

/** What a manifest's signature is worth. */
public enum Trust {
    /** It verifies with a key that this machine trusts. */
    TRUSTED_KEY,
    /** It verifies with the repository's own copy of a key, which whoever changed the manifest could change too. */
    REPOSITORY_KEY,
    /** It is missing, wrong, or cannot be checked. */
    NONE
}
