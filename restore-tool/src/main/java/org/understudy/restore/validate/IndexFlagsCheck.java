package org.understudy.restore.validate;

import java.util.ArrayList;
import java.util.List;
import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Witness;
import org.understudy.restore.validate.Finding.Place;
import org.understudy.restore.validate.Finding.Strength;
import org.understudy.storage.keyspace.Flags;

/**
 * Tells flags that the server's index has otherwise than the message bears them, as after a copy that lost the flags in
 * file names. A server may not have written its last changes to the names yet, and no octet is at fault: a note.
 */
final class IndexFlagsCheck implements Check {
    private static final List<String> NAMES = List.of("Answered", "Deleted", "Draft", "Flagged", "Seen");
    private static final int[] BITS = {Flags.ANSWERED, Flags.DELETED, Flags.DRAFT, Flags.FLAGGED, Flags.SEEN};

    @Override
    public String name() {
        return "index-flags";
    }

    @Override
    public Observer observe(SourceItem.Message message) {
        return (scan, findings) -> {
            for (Witness witness : message.witnesses()) {
                if (witness instanceof Witness.IndexFlags index) {
                    String lacking =
                            names(index.flags().system() & ~message.flags().system());
                    String surplus =
                            names(message.flags().system() & ~index.flags().system());
                    if (!lacking.isEmpty() || !surplus.isEmpty()) {
                        findings.add(
                                Strength.NOTE,
                                new Place.FileName(),
                                index.from()
                                        + (lacking.isEmpty() ? "" : " has " + lacking + ", which the name lacks")
                                        + (lacking.isEmpty() || surplus.isEmpty() ? "" : ", and")
                                        + (surplus.isEmpty() ? "" : " lacks " + surplus + ", which the name has"));
                    }
                }
            }
        };
    }

    private static String names(int bits) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < BITS.length; i++) {
            if ((bits & BITS[i]) != 0) {
                names.add(NAMES.get(i));
            }
        }
        return String.join(", ", names);
    }
}
