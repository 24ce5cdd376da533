package org.understudy.server.search;

import java.util.Arrays;
import org.understudy.storage.FlagColumns;
import org.understudy.storage.MessageColumns;

/**
 * The messages of a mailbox that a search looks at, by position in UID order: flags as of one moment, and what never
 * changes.
 */
final class MailboxRows {
    private final FlagColumns flags;
    private final MessageColumns facts;
    private final int[] flagAt;
    private final int[] factAt;
    private final int size;

    private MailboxRows(FlagColumns flags, MessageColumns facts, int[] flagAt, int[] factAt, int size) {
        this.flags = flags;
        this.facts = facts;
        this.flagAt = flagAt;
        this.factAt = factAt;
        this.size = size;
    }

    /** Messages that only one of both knows are left out: they have come or gone between the two readings. */
    static MailboxRows of(FlagColumns flags, MessageColumns facts) {
        int most = Math.min(flags.size(), facts.size());
        int[] flagAt = new int[most];
        int[] factAt = new int[most];
        int size = 0;
        int fact = 0;
        for (int flag = 0; flag < flags.size(); flag++) {
            long uid = flags.uid(flag);
            while (fact < facts.size() && facts.uid(fact) < uid) {
                fact++;
            }
            if (fact < facts.size() && facts.uid(fact) == uid) {
                flagAt[size] = flag;
                factAt[size++] = fact++;
            }
        }
        return new MailboxRows(flags, facts, Arrays.copyOf(flagAt, size), Arrays.copyOf(factAt, size), size);
    }

    int size() {
        return size;
    }

    FlagColumns flags() {
        return flags;
    }

    int flag(int position) {
        return flagAt[position];
    }

    MessageColumns facts() {
        return facts;
    }

    int fact(int position) {
        return factAt[position];
    }

    long uid(int position) {
        return facts.uid(factAt[position]);
    }

    long body(int position) {
        return facts.body(factAt[position]);
    }

    long modSeq(int position) {
        return flags.modSeq(flagAt[position]);
    }
}
