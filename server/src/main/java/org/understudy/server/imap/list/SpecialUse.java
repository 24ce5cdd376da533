package org.understudy.server.imap.list;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a mailbox is for (RFC 6154 section 2). {@code \All} and {@code \Flagged} mean views of mail that lies elsewhere,
 * which this store has not; no mailbox can be made for them.
 */
public enum SpecialUse {
    ARCHIVE("\\Archive", List.of("Archive")),
    DRAFTS("\\Drafts", List.of("Drafts")),
    JUNK("\\Junk", List.of("Junk", "Spam")),
    SENT("\\Sent", List.of("Sent", "Sent Items", "Sent Messages")),
    TRASH("\\Trash", List.of("Trash", "Deleted Items", "Deleted Messages"));

    private final String attribute;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> usualNames;

    SpecialUse(String attribute, List<String> usualNames) {
        this.attribute = attribute;
        this.usualNames = usualNames;
    }

    /** {@code \Sent} and so on. */
    public String attribute() {
        return attribute;
    }

    /** Top-level mailboxes that have this use where no mailbox was given it: the first of these that there is. */
    List<String> usualNames() {
        return usualNames;
    }

    /** The use of that attribute, in any case. */
    public static Optional<SpecialUse> of(String attribute) {
        return Arrays.stream(values())
                .filter(use -> use.attribute.toLowerCase(Locale.ROOT).equals(attribute.toLowerCase(Locale.ROOT)))
                .findFirst();
    }
}
