package org.understudy.server.mailbox;

import java.util.Arrays;
import java.util.List;
import org.understudy.storage.keyspace.Flags;

/** Flags to and from JavaMail's class, which James uses. JavaMail's {@code USER} flag marks a set of permitted flags and never a message, so it is dropped. */
final class JamesFlags {
    private static final int[] BITS = {
        Flags.SEEN, Flags.ANSWERED, Flags.FLAGGED, Flags.DELETED, Flags.DRAFT, Flags.RECENT
    };

    private static final List<javax.mail.Flags.Flag> NAMES = List.of(
            javax.mail.Flags.Flag.SEEN,
            javax.mail.Flags.Flag.ANSWERED,
            javax.mail.Flags.Flag.FLAGGED,
            javax.mail.Flags.Flag.DELETED,
            javax.mail.Flags.Flag.DRAFT,
            javax.mail.Flags.Flag.RECENT);

    private JamesFlags() {}

    static Flags toStore(javax.mail.Flags flags) {
        int system = 0;
        for (int i = 0; i < BITS.length; i++) {
            if (flags.contains(NAMES.get(i))) {
                system |= BITS[i];
            }
        }
        return Flags.of(system, Arrays.asList(flags.getUserFlags()));
    }

    static javax.mail.Flags toJames(Flags flags) {
        javax.mail.Flags result = new javax.mail.Flags();
        for (int i = 0; i < BITS.length; i++) {
            if (flags.has(BITS[i])) {
                result.add(NAMES.get(i));
            }
        }
        for (String keyword : flags.keywords()) {
            result.add(keyword);
        }
        return result;
    }
}
