package org.understudy.restore.source;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A source in which a message may be a file of its own, so that it can be had again without reading those before it. */
public interface FileBacked {
    /** The plain file that a message of this source lies in; empty if it cannot be found by the item's path alone. */
    Optional<Path> file(ItemRef ref);

    /** What the message's file name says of its bytes. */
    List<Witness> witnesses(ItemRef ref);
}
