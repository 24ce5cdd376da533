package org.understudy.server.imap.list;

import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.MailboxAnnotation;
import org.apache.james.mailbox.model.MailboxAnnotationKey;
import org.apache.james.mailbox.model.MailboxPath;

/**
 * Which mailbox of a user has which special use. A mailbox says so itself in its annotation {@code /private/specialuse}
 * (RFC 6154 section 4), attributes divided by spaces; for a use that no mailbox claims, the usual names count.
 */
final class SpecialUses {
    static final MailboxAnnotationKey KEY = new MailboxAnnotationKey("/private/specialuse");

    private final Map<String, EnumSet<SpecialUse>> claimed = new HashMap<>();
    private final Map<SpecialUse, String> usual = new EnumMap<>(SpecialUse.class);

    private SpecialUses() {}

    /** @param paths the mailboxes that the user has */
    static SpecialUses of(Collection<MailboxPath> paths, MailboxManager mailboxes, MailboxSession session)
            throws MailboxException {
        SpecialUses uses = new SpecialUses();
        EnumSet<SpecialUse> taken = EnumSet.noneOf(SpecialUse.class);
        for (MailboxPath path : paths) {
            EnumSet<SpecialUse> own = claimedBy(path, mailboxes, session);
            if (!own.isEmpty()) {
                uses.claimed.put(path.getName(), own);
                taken.addAll(own);
            }
        }
        Set<String> names = paths.stream().map(MailboxPath::getName).collect(Collectors.toSet());
        for (SpecialUse use : EnumSet.complementOf(taken)) {
            use.usualNames().stream().filter(names::contains).findFirst().ifPresent(name -> uses.usual.put(use, name));
        }
        return uses;
    }

    private static EnumSet<SpecialUse> claimedBy(MailboxPath path, MailboxManager mailboxes, MailboxSession session)
            throws MailboxException {
        EnumSet<SpecialUse> found = EnumSet.noneOf(SpecialUse.class);
        for (MailboxAnnotation annotation : mailboxes.getAnnotationsByKeys(path, session, Set.of(KEY))) {
            annotation.getValue().ifPresent(value -> {
                for (String attribute : value.split(" ")) {
                    SpecialUse.of(attribute).ifPresent(found::add);
                }
            });
        }
        return found;
    }

    /** The uses of a mailbox, in the order of their names. */
    EnumSet<SpecialUse> of(String name) {
        EnumSet<SpecialUse> uses = EnumSet.noneOf(SpecialUse.class);
        uses.addAll(claimed.getOrDefault(name, EnumSet.noneOf(SpecialUse.class)));
        usual.forEach((use, its) -> {
            if (its.equals(name)) {
                uses.add(use);
            }
        });
        return uses;
    }

    /** The mailbox that was given a use, if there is one. */
    Optional<String> claimant(SpecialUse use) {
        return claimed.entrySet().stream()
                .filter(entry -> entry.getValue().contains(use))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** Gives a mailbox its uses, in place of those that it had. */
    static void claim(MailboxPath path, EnumSet<SpecialUse> uses, MailboxManager mailboxes, MailboxSession session)
            throws MailboxException {
        String value = uses.stream().map(SpecialUse::attribute).collect(Collectors.joining(" "));
        mailboxes.updateAnnotations(path, session, List.of(MailboxAnnotation.newInstance(KEY, value)));
    }
}
