package org.understudy.restore.validate;

import org.understudy.restore.source.SourceItem;
import org.understudy.restore.source.Witness;
import org.understudy.restore.validate.Finding.Place;
import org.understudy.restore.validate.Finding.Strength;

/**
 * Tells a file that the list of its mailbox's messages does not name: a server that lists what it stores did not put it
 * there under this name. It may be renamed, copied, or another tool's, and says nothing of the bytes, so it is a note. The
 * other way round, a listed message without file, is no message: the source gives it as unreadable.
 */
final class UidListCheck implements Check {
    @Override
    public String name() {
        return "uid-list";
    }

    @Override
    public Observer observe(SourceItem.Message message) {
        return (scan, findings) -> {
            for (Witness witness : message.witnesses()) {
                if (witness instanceof Witness.NotListed list) {
                    findings.add(
                            Strength.NOTE,
                            new Place.FileName(),
                            list.nameTaken()
                                    ? list.list() + " names another file by this name: one of the two is a copy"
                                    : list.list() + " does not name this file: it was renamed, copied or put there by"
                                            + " another program");
                }
            }
        };
    }
}
