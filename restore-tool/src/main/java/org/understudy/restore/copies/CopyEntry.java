package org.understudy.restore.copies;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.inspect.Inspected;
import org.understudy.restore.source.ItemRef;
import org.understudy.restore.source.SourceMailbox;
import org.understudy.restore.validate.Finding;
import org.understudy.restore.validate.RebuiltCheck;
import org.understudy.restore.validate.Verdict;

/**
 * One copy of a message, as an inspection of its source found it.
 *
 * @param source number of the source; 0 is the main one
 * @param item a message, or an unreadable item whose mailbox is known
 * @param uid the source's UID, or 0; of an unreadable item too, where its path tells it
 * @param uidValidity of its mailbox, or 0
 */
record CopyEntry(int source, Inspected item, SourceMailbox mailbox, long uid, long uidValidity) {
    private static final String TRUSTED = "trusted-digest";

    ItemRef ref() {
        return item.ref();
    }

    /** The message, or null if it cannot be read. */
    Inspected.@Nullable Message message() {
        return item instanceof Inspected.Message message ? message : null;
    }

    String baseName() {
        return BaseName.of(ref().path());
    }

    /** The verdict on this copy alone, or null for an unreadable one. */
    @Nullable
    Verdict verdict() {
        Inspected.Message message = message();
        return message == null ? null : message.verdict();
    }

    /** Whether a trusted record of its own source says other bytes. */
    boolean contradictedByOwnRecord() {
        Inspected.Message message = message();
        return message != null
                && message.findings().stream()
                        .anyMatch(finding -> finding.strength() == Finding.Strength.CONTRADICTION
                                && finding.check().equals(TRUSTED));
    }

    /** Whether its bytes were put together by us, so that they differ from those of any other copy. */
    boolean rebuilt() {
        Inspected.Message message = message();
        return message != null
                && message.findings().stream()
                        .anyMatch(finding -> finding.check().equals(RebuiltCheck.NAME));
    }

    long count(Finding.Strength strength) {
        Inspected.Message message = message();
        return message == null
                ? 0
                : message.findings().stream()
                        .filter(finding -> finding.strength() == strength)
                        .count();
    }

    String grade() {
        Verdict verdict = verdict();
        return verdict == null ? "unreadable" : verdict.name().toLowerCase(Locale.ROOT);
    }
}
