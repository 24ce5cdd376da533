package org.understudy.restore.cli;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.message.SenderAddresses;
import org.understudy.restore.plan.MergePolicy;
import org.understudy.restore.validate.Verdict;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;
import picocli.CommandLine.Option;

/** What a plan may bring into live mail, as options. */
final class PolicyOptions {
    /** As {@link MergePolicy.Target}, in the words that operators use. */
    enum Where {
        ORIGINAL,
        RESTORED
    }

    /** As {@link MergePolicy.Suspect}. */
    enum Held {
        QUARANTINE,
        LEAVE
    }

    /** As {@link MergePolicy.Duplicates}. */
    enum Alike {
        DIGEST,
        IDENTITY,
        REBUILT
    }

    @Option(
            names = "--verdicts",
            paramLabel = "LIST",
            split = ",",
            description = "Merge messages with these verdicts: proven, consistent, suspect."
                    + " Default: proven,consistent. Damaged ones are never merged.")
    private List<Verdict> verdicts = new ArrayList<>();

    @Option(
            names = "--suspect",
            paramLabel = "WHAT",
            description = "Suspect messages that are not merged: put them into a mailbox of their own, which the user"
                    + " sees (quarantine, the default), or leave them in the shadow (leave).")
    private Held suspect = Held.QUARANTINE;

    @Option(
            names = "--quarantine",
            paramLabel = "MAILBOX",
            description = "That mailbox's name. Default: Quarantine.{date}")
    @Nullable
    private String quarantine;

    @Option(
            names = "--flags",
            paramLabel = "WHOSE",
            description = "Flags of messages that live has already: leave them (live, the default), add the backup's"
                    + " (union), or make them the backup's (backup).")
    private MergePolicy.FlagChoice flags = MergePolicy.FlagChoice.LIVE;

    @Option(
            names = "--same",
            paramLabel = "HOW",
            description = "A message counts as there already if its digest is the same (digest), or else its"
                    + " Message-ID, arrival and size (identity), or else, for mail rebuilt from an Outlook data file, if"
                    + " the only live message with its Message-ID has the same date and sender, and no less text or"
                    + " attachments (rebuilt, the default).")
    private Alike same = Alike.REBUILT;

    @Option(
            names = "--target",
            paramLabel = "WHERE",
            description = "Merge into the mailboxes that mail was in (original, the default), or into mailboxes beside"
                    + " them (restored).")
    private Where target = Where.ORIGINAL;

    @Option(
            names = "--restored",
            paramLabel = "MAILBOX",
            description = "Name of the mailboxes beside. Default: Restored.{date}.{mailbox}")
    @Nullable
    private String restored;

    @Option(names = "--user", paramLabel = "NAME", description = "Only this user of the source. May be given again.")
    private Set<String> users = new TreeSet<>();

    @Option(
            names = "--map",
            paramLabel = "SOURCE=LIVE",
            description = "Merge a user of the source into another live user. May be given again.")
    private Map<String, String> map = new TreeMap<>();

    @Option(
            names = "--mailbox",
            paramLabel = "PATTERN",
            description = "Only these mailboxes; * stands for any text, %% for any text within a level."
                    + " May be given again.")
    private List<String> mailboxes = new ArrayList<>();

    @Option(
            names = "--since",
            paramLabel = "DATE",
            description = "Only mail that arrived on this day (UTC) or later; or from 2026-05-27T02:00:00Z on.")
    @Nullable
    private String since;

    @Option(
            names = "--until",
            paramLabel = "DATE",
            description = "Only mail that arrived on this day (UTC) or earlier; or before 2026-05-27T02:00:00Z.")
    @Nullable
    private String until;

    @Option(
            names = "--sender",
            paramLabel = "WHO",
            description =
                    "Only mail whose From, Sender or Return-Path is this address (anna@example.org), of this domain"
                            + " (@example.org), or of it and all below (example.org); * stands for any text, <> for the"
                            + " empty return path of bounces. May be given again.")
    private List<String> senders = new ArrayList<>();

    @Option(
            names = "--over-quota",
            paramLabel = "WHAT",
            description = "Mail that a user's quota has no room for: make no plan (refuse, the default), add the newest"
                    + " as far as they fit (skip), or add all (allow).")
    private MergePolicy.OverQuota quota = MergePolicy.OverQuota.REFUSE;

    @Option(
            names = "--include-expunged",
            description = "Bring back what users expunged or moved themselves since the backup.")
    private boolean includeExpunged;

    @Option(
            names = "--include-contaminated",
            description = "Bring back messages too that may hold another user's mail. Look at each of them first:"
                    + " 'understudy restore report' lists them.")
    private boolean includeContaminated;

    @Option(names = "--keyword-restored", description = "Give each merged message the keyword $Restored.")
    private boolean keyword;

    @Option(names = "--skip-empty-mailboxes", description = "Do not make mailboxes that hold no message in the backup.")
    private boolean skipEmpty;

    /** What {@code --user} names. */
    Set<String> users() {
        return users;
    }

    /** @throws OperatorException {@link Reason#USAGE} for what is no policy */
    MergePolicy policy() {
        MergePolicy defaults = MergePolicy.defaults();
        if (verdicts.contains(Verdict.DAMAGED)) {
            throw new OperatorException(
                    Reason.USAGE,
                    "--verdicts names damaged, and damaged messages are never merged",
                    "leave it out; look for a better copy of those messages in another source");
        }
        Instant from = since == null ? null : instant("--since", since, 0);
        Instant before = until == null ? null : instant("--until", until, 1);
        if (from != null && before != null && !from.isBefore(before)) {
            throw new OperatorException(
                    Reason.USAGE, "--since " + since + " lies after --until " + until, "exchange the two dates");
        }
        senders.forEach(PolicyOptions::checkSender);
        return new MergePolicy(
                verdicts.isEmpty() ? defaults.verdicts() : EnumSet.copyOf(verdicts),
                switch (suspect) {
                    case QUARANTINE -> MergePolicy.Suspect.QUARANTINE;
                    case LEAVE -> MergePolicy.Suspect.LEAVE;
                },
                quarantine == null ? defaults.quarantine() : mailbox("--quarantine", quarantine),
                switch (same) {
                    case DIGEST -> MergePolicy.Duplicates.DIGEST;
                    case IDENTITY -> MergePolicy.Duplicates.DIGEST_OR_IDENTITY;
                    case REBUILT -> MergePolicy.Duplicates.DIGEST_IDENTITY_OR_REBUILT;
                },
                flags,
                switch (target) {
                    case ORIGINAL -> MergePolicy.Target.ORIGINAL;
                    case RESTORED -> MergePolicy.Target.APART;
                },
                restored == null ? defaults.restored() : mailbox("--restored", restored),
                includeExpunged,
                keyword,
                skipEmpty,
                map,
                users,
                mailboxes,
                from,
                before,
                includeContaminated,
                senders,
                quota);
    }

    /** A mailbox's name, which may hold the words in braces: its levels are not empty and hold no control character. */
    private static String mailbox(String option, String name) {
        boolean fits = Arrays.stream(name.split("\\.", -1)).noneMatch(String::isBlank)
                && name.codePoints().noneMatch(Character::isISOControl);
        if (!fits) {
            throw new OperatorException(
                    Reason.USAGE,
                    option + " is '" + Printable.line(name) + "', which cannot be the name of a mailbox",
                    "write its levels with a dot between them, for example Restored.{date}");
        }
        return name;
    }

    private static void checkSender(String pattern) {
        String address = pattern.strip();
        boolean fits = address.equals(SenderAddresses.NOBODY)
                || (!address.isEmpty()
                        && !address.endsWith("@")
                        && address.indexOf('@') == address.lastIndexOf('@')
                        && address.codePoints()
                                .noneMatch(c -> Character.isWhitespace(c)
                                        || Character.isISOControl(c)
                                        || c == '<'
                                        || c == '>'
                                        || c == ','));
        if (!fits) {
            throw new OperatorException(
                    Reason.USAGE,
                    "--sender is '" + Printable.line(pattern) + "', expected an address or a domain, without a name"
                            + " beside it",
                    "for example --sender anna@example.org, --sender example.org, or --sender '<>' for bounces");
        }
    }

    /** @param days added to a bare day */
    private static Instant instant(String option, String text, int days) {
        try {
            return text.contains("T")
                    ? Instant.parse(text)
                    : LocalDate.parse(text)
                            .plusDays(days)
                            .atStartOfDay(ZoneOffset.UTC)
                            .toInstant();
        } catch (DateTimeParseException e) {
            throw new OperatorException(
                    Reason.USAGE,
                    option + " is '" + text + "', expected a day such as 2026-05-27, or a time such as"
                            + " 2026-05-27T02:00:00Z",
                    "write year, month and day with two digits each",
                    e);
        }
    }
}
