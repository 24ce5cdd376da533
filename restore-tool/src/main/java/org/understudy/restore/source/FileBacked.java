package org.understudy.restore.source;

import java.nio.file.Path;
import java.util.Optional;

/** A source in which each message is a file of its own, so that one can be had again without reading those before it. */
public interface FileBacked {
    /** The plain file that a message of this source lies in; empty if it cannot be found by the item's path alone. */
    Optional<Path> file(ItemRef ref);
}
