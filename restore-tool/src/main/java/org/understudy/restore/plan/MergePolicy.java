package org.understudy.restore.plan;

import java.time.Instant;
import java.time.LocalDate;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.validate.Verdict;

/**
 * What a merge may bring into live. Components that JSON leaves out get their defaults.
 *
 * @param verdicts merged into the target mailbox; proven and consistent by default. Damaged cannot be among them
 * @param suspect what becomes of suspect messages that {@code verdicts} does not name
 * @param quarantine mailbox for suspect messages; <code>{date}</code> stands for the plan's date
 * @param duplicates how a message that live has already is told
 * @param flags which flags messages get that live has already
 * @param target where messages go
 * @param restored mailbox for {@link Target#APART}; <code>{date}</code> and <code>{mailbox}</code> are replaced
 * @param includeExpunged bring back what users expunged or moved themselves since the backup
 * @param markRestored give each merged message the keyword {@code $Restored}
 * @param skipEmptyMailboxes do not create mailboxes that hold no message in the backup
 * @param userMap user in the source to user in live, for those that differ
 * @param users only these users of the source; empty for all
 * @param mailboxes only mailboxes of the source that match one of these; {@code *} stands for any text, {@code %} for
 *     any text within a level; empty for all
 * @param from only messages that arrived then or later, or null
 * @param before only messages that arrived earlier, or null
 * @param includeContaminated also messages that may hold another user's mail, after somebody has looked at them; they are
 *     held back by default
 * @param senders only messages from one of these, as {@link SenderFilter} reads them; empty for all
 * @param quota what becomes of mail that a user's quota has no room for
 */
public record MergePolicy(
        Set<Verdict> verdicts,
        Suspect suspect,
        String quarantine,
        Duplicates duplicates,
        FlagChoice flags,
        Target target,
        String restored,
        boolean includeExpunged,
        boolean markRestored,
        boolean skipEmptyMailboxes,
        Map<String, String> userMap,
        Set<String> users,
        List<String> mailboxes,
        @Nullable Instant from,
        @Nullable Instant before,
        boolean includeContaminated,
        List<String> senders,
        OverQuota quota) {
    /** What becomes of suspect messages. */
    public enum Suspect {
        /** They go to a mailbox of their own, which the user sees and may delete. */
        QUARANTINE,
        /** They stay in the shadow. */
        LEAVE
    }

    /** How a message that live has already is told. Header fields alone are never enough. */
    public enum Duplicates {
        /**
         * As {@link #DIGEST_OR_IDENTITY}; else, for a message of the backup that was rebuilt (from an Outlook data file),
         * the only live message with its Message-ID, if that is alike ({@link Likeness}).
         */
        DIGEST_IDENTITY_OR_REBUILT,
        /** Same digest of the canonical form; else same Message-ID, arrival to the second, and size. */
        DIGEST_OR_IDENTITY,
        /** Same digest only. */
        DIGEST
    }

    /** Which flags a message gets that live has already. {@code \Deleted} is never added. */
    public enum FlagChoice {
        /** They stay as they are. */
        LIVE,
        /** Those of the backup are added. */
        UNION,
        /** They become those of the backup. */
        BACKUP
    }

    /** Where messages go. */
    public enum Target {
        /** Into the mailbox of the same name. */
        ORIGINAL,
        /** Into a mailbox beside the user's own, named by {@link MergePolicy#restored()}. */
        APART
    }

    /** What becomes of mail that a user's quota has no room for. A user over quota gets no new mail. */
    public enum OverQuota {
        /** No plan is made; the refusal names the users. */
        REFUSE,
        /** Messages are added newest first as far as they fit, those for quarantine last; the others are left. */
        SKIP,
        /** All are added. */
        ALLOW
    }

    public MergePolicy {
        verdicts = immutable(Objects.requireNonNullElse(verdicts, EnumSet.of(Verdict.PROVEN, Verdict.CONSISTENT)));
        if (verdicts.contains(Verdict.DAMAGED)) {
            throw new IllegalArgumentException("damaged messages are never merged; take DAMAGED out of the verdicts");
        }
        suspect = Objects.requireNonNullElse(suspect, Suspect.QUARANTINE);
        quarantine = Objects.requireNonNullElse(quarantine, "Quarantine.{date}");
        duplicates = Objects.requireNonNullElse(duplicates, Duplicates.DIGEST_IDENTITY_OR_REBUILT);
        flags = Objects.requireNonNullElse(flags, FlagChoice.LIVE);
        target = Objects.requireNonNullElse(target, Target.ORIGINAL);
        restored = Objects.requireNonNullElse(restored, "Restored.{date}.{mailbox}");
        userMap = sorted(Objects.requireNonNullElse(userMap, Map.of()));
        users = java.util.Collections.unmodifiableSortedSet(
                new TreeSet<>(Objects.requireNonNullElse(users, Set.<String>of())));
        mailboxes = List.copyOf(Objects.requireNonNullElse(mailboxes, List.of()));
        senders = List.copyOf(Objects.requireNonNullElse(senders, List.of()));
        quota = Objects.requireNonNullElse(quota, OverQuota.REFUSE);
    }

    public static MergePolicy defaults() {
        return new MergePolicy(
                EnumSet.of(Verdict.PROVEN, Verdict.CONSISTENT),
                Suspect.QUARANTINE,
                "Quarantine.{date}",
                Duplicates.DIGEST_IDENTITY_OR_REBUILT,
                FlagChoice.LIVE,
                Target.ORIGINAL,
                "Restored.{date}.{mailbox}",
                false,
                false,
                false,
                Map.of(),
                Set.of(),
                List.of(),
                null,
                null,
                false,
                List.of(),
                OverQuota.REFUSE);
    }

    /** The same without a choice of users. */
    public MergePolicy ofAllUsers() {
        return new MergePolicy(
                verdicts,
                suspect,
                quarantine,
                duplicates,
                flags,
                target,
                restored,
                includeExpunged,
                markRestored,
                skipEmptyMailboxes,
                userMap,
                Set.of(),
                mailboxes,
                from,
                before,
                includeContaminated,
                senders,
                quota);
    }

    /** The live user that a user of the source stands for. */
    String liveUser(String sourceUser) {
        return userMap.getOrDefault(sourceUser, sourceUser);
    }

    boolean wantsUser(String sourceUser) {
        return users.isEmpty() || users.contains(sourceUser);
    }

    boolean wantsMailbox(String name) {
        return mailboxes.isEmpty() || mailboxes.stream().anyMatch(pattern -> matches(pattern, name));
    }

    boolean wantsDate(Instant internalDate) {
        return (from == null || !internalDate.isBefore(from)) && (before == null || internalDate.isBefore(before));
    }

    String targetName(String mailbox, LocalDate date) {
        return switch (target) {
            case ORIGINAL -> mailbox;
            case APART -> restored.replace("{date}", date.toString()).replace("{mailbox}", mailbox);
        };
    }

    String quarantineName(LocalDate date) {
        return quarantine.replace("{date}", date.toString());
    }

    private static boolean matches(String pattern, String name) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            regex.append(
                    switch (c) {
                        case '*' -> ".*";
                        case '%' -> "[^.]*";
                        default -> Pattern.quote(String.valueOf(c));
                    });
        }
        return Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(name).matches();
    }

    private static Set<Verdict> immutable(Set<Verdict> verdicts) {
        Set<Verdict> ordered = new LinkedHashSet<>();
        for (Verdict verdict : Verdict.values()) {
            if (verdicts.contains(verdict)) {
                ordered.add(verdict);
            }
        }
        return java.util.Collections.unmodifiableSet(ordered);
    }

    private static SortedMap<String, String> sorted(Map<String, String> map) {
        return java.util.Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }
}
