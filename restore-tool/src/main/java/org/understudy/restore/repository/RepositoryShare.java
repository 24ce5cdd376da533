package org.understudy.restore.repository;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * A part of a repository besides snapshots, which pruning has to know of: what it needs stays, and what it no longer needs
 * goes. Pruning asks while it holds the repository's lock, first {@link #objects}, then {@link #removable}.
 */
public interface RepositoryShare {
    /** For people, in the plural: {@code archived logs}. */
    String what();

    /**
     * The objects that it needs, by the SHA-256 of their content in lower case.
     *
     * @param kept manifests of the snapshots that stay, oldest first
     */
    Set<String> objects(Repository repository, List<Manifest> kept) throws IOException;

    /**
     * Its own files, outside {@code objects/}, that nothing needs once only {@code kept} are there; in the order in which
     * they may be deleted, so that stopping after any of them leaves nothing that seems whole and is not.
     */
    List<Removable> removable(Repository repository, List<Manifest> kept) throws IOException;

    /** @param name within the repository */
    record Removable(String name, long size) {}
}
