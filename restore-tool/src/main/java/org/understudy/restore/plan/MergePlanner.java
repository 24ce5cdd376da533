package org.understudy.restore.plan;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.understudy.restore.validate.Verdict;
import org.understudy.storage.keyspace.Digest;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;

/**
 * Draws up a {@link MergePlan}. For each message of the shadow, in this order: is it asked for; does live have it
 * (counting each live message once: same digest and arrival, then same digest, then same identity, then the original of one
 * that was rebuilt); is it damaged; may it
 * hold another user's mail; did the user expunge or move it; and then where does it go. At last, what quotas have no room
 * for is dealt with. Used for one plan.
 */
public final class MergePlanner {
    /** Keyword of merged messages, where the policy wants one. */
    public static final String RESTORED_KEYWORD = "$Restored";

    private final MergePolicy policy;
    private final LocalDate date;
    private final LiveView live;
    private final ShadowView shadow;
    private final SenderFilter senders;
    private final Map<MailboxId, ShadowView.Mailbox> mailboxes = new HashMap<>();
    private final Map<TargetMailbox, TargetDraft> targets = new TreeMap<>();
    private final Map<String, Set<Digest>> digestsOfUser = new HashMap<>();
    private final List<PlanStep.Skip> skips = new ArrayList<>();
    private long messages;

    private MergePlanner(MergePolicy policy, LocalDate date, LiveView live, ShadowView shadow) {
        this.policy = policy;
        this.date = date;
        this.live = live;
        this.shadow = shadow;
        this.senders = new SenderFilter(policy.senders());
    }

    /**
     * @param attempt counted by undos, from 1
     * @param date stands in names of mailboxes that the plan makes
     */
    public static MergePlan plan(
            String restoreId, int attempt, LocalDate date, MergePolicy policy, LiveView live, ShadowView shadow) {
        MergePlanner planner = new MergePlanner(policy, date, live, shadow);
        shadow.mailboxes().forEach(planner::mailbox);
        return planner.finish(restoreId, attempt);
    }

    private void mailbox(ShadowView.Mailbox mailbox) {
        List<ShadowView.Message> all = new ArrayList<>();
        shadow.messages(mailbox, all::add);
        mailboxes.put(mailbox.id(), mailbox);
        messages += all.size();
        if (!policy.wantsUser(mailbox.user())) {
            skipAll(mailbox, all, SkipReason.USER_FILTER);
            return;
        }
        if (!policy.wantsMailbox(mailbox.name())) {
            skipAll(mailbox, all, SkipReason.MAILBOX_FILTER);
            return;
        }
        String user = policy.liveUser(mailbox.user());
        if (!live.userExists(user)) {
            skipAll(mailbox, all, SkipReason.NO_SUCH_USER);
            return;
        }
        TargetDraft draft = draft(new TargetMailbox(user, policy.targetName(mailbox.name(), date)));
        if (mailbox.subscribed()) {
            draft.subscribe();
        }
        if (all.isEmpty() && !policy.skipEmptyMailboxes()) {
            draft.want();
        }
        List<ShadowView.Message> wanted = new ArrayList<>();
        for (ShadowView.Message message : all) {
            if (!policy.wantsDate(message.internalDate())) {
                skip(mailbox, message, SkipReason.DATE_FILTER, "");
            } else if (!senders.takesAll() && !senders.takes(shadow.senders(message))) {
                skip(mailbox, message, SkipReason.SENDER_FILTER, "");
            } else {
                wanted.add(message);
            }
        }
        List<ShadowView.Message> missing = withoutCovered(mailbox, draft, wanted);
        for (ShadowView.Message message : missing) {
            decide(mailbox, draft, message);
        }
    }

    /** Passes over what live has; the surest matches are made first. */
    private List<ShadowView.Message> withoutCovered(
            ShadowView.Mailbox mailbox, TargetDraft draft, List<ShadowView.Message> wanted) {
        Map<Long, LiveView.Message> found = new HashMap<>();
        MailboxCover cover = draft.cover();
        match(wanted, found, message -> cover.takeSame(message.digest(), message.internalDate()));
        match(wanted, found, message -> cover.takeEqual(message.digest()));
        if (policy.duplicates() != MergePolicy.Duplicates.DIGEST) {
            match(
                    wanted,
                    found,
                    message -> cover.takeIdentity(message.rfc822MessageId(), message.internalDate(), message.size()));
        }
        Set<Long> originals = new HashSet<>();
        if (policy.duplicates() == MergePolicy.Duplicates.DIGEST_IDENTITY_OR_REBUILT) {
            originals(draft, wanted, found).forEach((uid, there) -> {
                found.put(uid, there);
                originals.add(uid);
            });
        }
        List<ShadowView.Message> missing = new ArrayList<>();
        for (ShadowView.Message message : wanted) {
            LiveView.Message there = found.get(message.uid());
            if (there == null) {
                missing.add(message);
                continue;
            }
            String detail = "UID " + there.uid() + (there.digest().equals(message.digest()) ? "" : ", by identity");
            if (originals.contains(message.uid())) {
                skip(mailbox, message, SkipReason.LIVE_ORIGINAL, "UID " + there.uid());
            } else {
                skip(mailbox, message, SkipReason.ALREADY_LIVE, detail);
            }
            Flags after = flagsOfLive(there.flags(), message.flags());
            if (!after.equals(there.flags()) && message.verdict() != Verdict.DAMAGED) {
                draft.change(
                        new PlanStep.ChangeFlags(draft.target(), there.uid(), there.modSeq(), there.flags(), after));
            }
        }
        return missing;
    }

    /** Of rebuilt messages that nothing stands for yet, by UID: the live ones that they were rebuilt from. */
    private Map<Long, LiveView.Message> originals(
            TargetDraft draft, List<ShadowView.Message> wanted, Map<Long, LiveView.Message> found) {
        Map<String, List<ShadowView.Message>> rebuilt = new HashMap<>();
        for (ShadowView.Message message : wanted) {
            if (message.rebuilt() && !message.rfc822MessageId().isEmpty() && !found.containsKey(message.uid())) {
                rebuilt.computeIfAbsent(message.rfc822MessageId(), key -> new ArrayList<>())
                        .add(message);
            }
        }
        Map<Long, LiveView.Message> originals = new HashMap<>();
        draft.live()
                .ifPresent(box -> rebuilt.forEach((messageId, same) -> {
                    Optional<LiveView.Message> there =
                            same.size() == 1 ? draft.cover().onlyOne(messageId) : Optional.empty();
                    there.filter(one -> live.likeness(box, one)
                                    .filter(shadow.likeness(same.getFirst())::isWithin)
                                    .isPresent())
                            .ifPresent(one -> {
                                draft.cover().take(one);
                                originals.put(same.getFirst().uid(), one);
                            });
                }));
        return originals;
    }

    private interface Matcher {
        Optional<LiveView.Message> find(ShadowView.Message message);
    }

    private static void match(List<ShadowView.Message> wanted, Map<Long, LiveView.Message> found, Matcher matcher) {
        for (ShadowView.Message message : wanted) {
            if (!found.containsKey(message.uid())) {
                matcher.find(message).ifPresent(there -> found.put(message.uid(), there));
            }
        }
    }

    private void decide(ShadowView.Mailbox mailbox, TargetDraft draft, ShadowView.Message message) {
        if (message.verdict() == Verdict.DAMAGED) {
            skip(mailbox, message, SkipReason.DAMAGED, "");
            return;
        }
        if (message.contaminated() && !policy.includeContaminated()) {
            skip(mailbox, message, SkipReason.CONTAMINATION, "");
            return;
        }
        boolean merged = policy.verdicts().contains(message.verdict());
        if (!merged && message.verdict() != Verdict.SUSPECT) {
            skip(mailbox, message, SkipReason.VERDICT, message.verdict().word());
            return;
        }
        if (!merged && policy.suspect() == MergePolicy.Suspect.LEAVE) {
            skip(mailbox, message, SkipReason.SUSPECT, "");
            return;
        }
        if (!policy.includeExpunged() && byUsersOwnWish(mailbox, draft, message)) {
            return;
        }
        if (merged) {
            draft.add(addition(draft, mailbox, message, false));
            return;
        }
        TargetDraft quarantine = draft(new TargetMailbox(draft.target().user(), policy.quarantineName(date)));
        Optional<LiveView.Message> held = quarantine.cover().takeSame(message.digest(), message.internalDate());
        if (held.isPresent()) {
            skip(
                    mailbox,
                    message,
                    SkipReason.ALREADY_LIVE,
                    quarantine.target().name() + " UID " + held.get().uid());
        } else {
            quarantine.subscribe();
            quarantine.add(addition(quarantine, mailbox, message, true));
        }
    }

    private boolean byUsersOwnWish(ShadowView.Mailbox mailbox, TargetDraft draft, ShadowView.Message message) {
        Optional<LiveView.Expunged> expunged = draft.takeExpunged(message.digest(), ExpungeReason.USER);
        if (expunged.isPresent()) {
            skip(
                    mailbox,
                    message,
                    SkipReason.EXPUNGED_BY_USER,
                    "on " + expunged.get().at());
            return true;
        }
        String user = draft.target().user();
        Optional<LiveView.Expunged> moved = draft.takeExpunged(message.digest(), ExpungeReason.MOVE)
                .filter(entry ->
                        digestsOfUser.computeIfAbsent(user, live::digestsOf).contains(message.digest()));
        moved.ifPresent(entry -> skip(mailbox, message, SkipReason.MOVED_BY_USER, "on " + entry.at()));
        return moved.isPresent();
    }

    private PlanStep.AddMessage addition(
            TargetDraft draft, ShadowView.Mailbox mailbox, ShadowView.Message message, boolean quarantine) {
        Flags flags = message.flags().without(Flags.RECENT);
        if (policy.markRestored()) {
            List<String> keywords = new ArrayList<>(flags.keywords());
            keywords.add(RESTORED_KEYWORD);
            flags = Flags.of(flags.system(), keywords);
        }
        return new PlanStep.AddMessage(
                draft.target(),
                mailbox.id(),
                message.uid(),
                message.verdict(),
                quarantine,
                message.digest(),
                message.size(),
                message.internalDate(),
                flags,
                message.body());
    }

    private Flags flagsOfLive(Flags there, Flags backup) {
        int local = Flags.RECENT | Flags.DELETED;
        int kept = there.system() & local;
        int wanted = backup.system() & ~local;
        return switch (policy.flags()) {
            case LIVE -> there;
            case UNION -> {
                List<String> keywords = new ArrayList<>(there.keywords());
                keywords.addAll(backup.keywords());
                yield Flags.of(there.system() | wanted, keywords);
            }
            case BACKUP -> Flags.of(kept | wanted, backup.keywords());
        };
    }

    private TargetDraft draft(TargetMailbox target) {
        return targets.computeIfAbsent(target, key -> new TargetDraft(key, live));
    }

    private void skipAll(ShadowView.Mailbox mailbox, List<ShadowView.Message> all, SkipReason reason) {
        for (ShadowView.Message message : all) {
            skip(mailbox, message, reason, "");
        }
    }

    private void skip(ShadowView.Mailbox mailbox, ShadowView.Message message, SkipReason reason, String detail) {
        skips.add(new PlanStep.Skip(mailbox.id(), message.uid(), mailbox.user(), mailbox.name(), reason, detail));
    }

    /** Takes back the additions for which quotas have no room. */
    private void fitQuotas() {
        Set<PlanStep.AddMessage> left = QuotaFitting.leave(policy, live, targets.values());
        if (left.isEmpty()) {
            return;
        }
        for (TargetDraft draft : targets.values()) {
            for (PlanStep.AddMessage step : draft.added()) {
                if (left.contains(step)) {
                    ShadowView.Mailbox from = Objects.requireNonNull(mailboxes.get(step.from()));
                    skips.add(new PlanStep.Skip(
                            step.from(), step.uid(), from.user(), from.name(), SkipReason.OVER_QUOTA, ""));
                }
            }
            draft.drop(left);
        }
    }

    private MergePlan finish(String restoreId, int attempt) {
        fitQuotas();
        List<PlanStep> steps = new ArrayList<>();
        List<MergePlan.Base> bases = new ArrayList<>();
        Map<String, long[]> gains = new TreeMap<>();
        long add = 0;
        long quarantine = 0;
        long bytes = 0;
        long creates = 0;
        long flags = 0;
        for (TargetDraft draft : targets.values()) {
            if (!draft.touches()) {
                continue;
            }
            draft.steps(steps);
            draft.base().ifPresent(bases::add);
            creates += draft.creates() ? 1 : 0;
            flags += draft.flags().size();
            long[] gain = gains.computeIfAbsent(draft.target().user(), key -> new long[2]);
            for (PlanStep.AddMessage step : draft.added()) {
                quarantine += step.quarantine() ? 1 : 0;
                add += step.quarantine() ? 0 : 1;
                bytes += step.size();
                gain[0]++;
                gain[1] += step.size();
            }
        }
        Map<SkipReason, Long> skipped = new EnumMap<>(SkipReason.class);
        for (PlanStep.Skip step : skips) {
            skipped.merge(step.reason(), 1L, Long::sum);
        }
        steps.addAll(skips);
        List<PlanTotals.UserGain> users = new ArrayList<>();
        gains.forEach((user, gain) -> users.add(new PlanTotals.UserGain(user, gain[0], gain[1], live.quota(user))));
        PlanTotals totals = new PlanTotals(messages, add, quarantine, bytes, creates, flags, skipped, users);
        if (!totals.addsUp()) {
            throw new IllegalStateException("the plan of " + restoreId + " does not add up: " + totals);
        }
        return new MergePlan(MergePlan.VERSION, restoreId, attempt, live.storeId(), date, policy, totals, bases, steps);
    }
}
