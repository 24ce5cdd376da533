package org.understudy.storage;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.understudy.storage.keyspace.FlagCodec;
import org.understudy.storage.keyspace.FlagCodec.Packed;
import org.understudy.storage.keyspace.Flags;

/** One edit put to the packed flags of many messages of a locked mailbox: few bit patterns occur, so each is unpacked once. */
final class FlagEditing {
    private final FlagEdit edit;
    private final FlagCodec.Keywords keywords;
    private final Packed mine;
    private final Map<Long, Flags> unpacked = new HashMap<>();

    FlagEditing(FlagEdit edit, Handles.Handle handle) {
        this.edit = edit.mode() == FlagEdit.Mode.REMOVE ? known(edit, handle) : edit;
        this.keywords = handle.keywords();
        this.mine = FlagCodec.pack(this.edit.flags(), 0, keywords);
    }

    /** What the mailbox has never had need not be taken away, and gets no index. */
    private static FlagEdit known(FlagEdit edit, Handles.Handle handle) {
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        names.addAll(edit.flags().keywords());
        Set<String> present = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        present.addAll(handle.keywords().names());
        names.retainAll(present);
        return new FlagEdit(edit.mode(), new Flags(edit.flags().system(), names));
    }

    /** The edited flags with their old MODSEQ; {@code before} itself if they are the same. */
    Packed apply(Packed before) {
        if (!before.more().isEmpty() || !mine.more().isEmpty()) {
            Flags flags = flags(before);
            Flags after = edit.apply(flags);
            return after.equals(flags) ? before : FlagCodec.pack(after, before.modSeq(), keywords);
        }
        long bits = edit.apply(before.bits(), mine.bits());
        return bits == before.bits() ? before : new Packed(false, before.modSeq(), bits, List.of());
    }

    Flags flags(Packed packed) {
        return packed.more().isEmpty()
                ? unpacked.computeIfAbsent(packed.bits(), bits -> FlagCodec.unpack(packed, keywords))
                : FlagCodec.unpack(packed, keywords);
    }
}
