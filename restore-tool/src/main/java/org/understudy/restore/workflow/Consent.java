package org.understudy.restore.workflow;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.job.Approval;
import org.understudy.restore.operation.ApprovalRules;
import org.understudy.restore.operation.Caller;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Who consents to a plan, and whether enough persons have. */
public final class Consent {
    /** So many digits of a hash must be named. */
    static final int SHORTEST_HASH = 12;

    private Consent() {}

    /**
     * Who speaks.
     *
     * @param by the name that is given; may be empty where there is a caller
     * @param password of that account, or null
     * @param caller whose credential the request came with, or null
     */
    public record Voice(
            String by, @Nullable String password, @Nullable Caller caller) {
        /** Without the password. */
        @Override
        public String toString() {
            return "Voice[by=" + by + ", caller=" + caller + "]";
        }
    }

    /**
     * One person's consent. Where the rules ask for it, or where a password is given, the person logs in.
     *
     * @param voice who
     * @param before the approvals of this plan so far
     * @param named the hash that the person looked at, or its first 12 or more digits
     * @param hash of the plan that there is
     * @param again the command that shows the plan that there is
     * @throws OperatorException {@link Reason#ACCESS_DENIED} for a wrong password or role, {@link Reason#CONFLICT} for
     *     another hash or a person who has approved already
     */
    public static Approval given(
            ApprovalRules rules,
            Voice voice,
            List<Approval> before,
            String named,
            @Nullable String hash,
            String again,
            Instant now)
            throws InterruptedException {
        String given = voice.password();
        Caller caller = voice.caller();
        String by = caller != null && voice.by().isEmpty() ? caller.person() : voice.by();
        if (by.isEmpty()) {
            throw new OperatorException(Reason.USAGE, "nobody is named as approving", "Say who you are with '--by'.");
        }
        Approval.Identity identity =
                given == null && caller == null ? Approval.Identity.CLAIMED : Approval.Identity.AUTHENTICATED;
        String who = by;
        if (caller != null) {
            if (!person(by).equals(person(caller.person()))) {
                throw new OperatorException(
                        Reason.ACCESS_DENIED,
                        "the token is " + caller.person() + "'s, and '" + by + "' is to approve",
                        "Each person approves with a token of their own; leave out 'by', or name the token's owner.");
            }
            who = caller.person();
        } else if (given != null) {
            who = rules.logins()
                    .login(by, given)
                    .orElseThrow(() -> new OperatorException(
                            Reason.ACCESS_DENIED,
                            "the password of '" + by + "' was refused; nothing was approved",
                            "Give the command again; '--by' names the account whose password is asked for."));
        } else if (rules.needLogin()) {
            throw new OperatorException(
                    Reason.ACCESS_DENIED,
                    "approving needs a login here, and no password was given for '" + by + "'",
                    "Add '--login' to be asked for the password of the account that '--by' names, or"
                            + " '--password-stdin'.");
        }
        if (!rules.mayApprove(who)) {
            throw new OperatorException(
                    Reason.ACCESS_DENIED,
                    "'" + who + "' is not among those who may approve plans",
                    "Let one of them do it: 'roles.approvers' in the configuration names them.");
        }
        if (hash == null || named.length() < SHORTEST_HASH || !hash.startsWith(named)) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "the plan's hash is " + hash + ", and '" + named + "' was approved",
                    "Look at the plan that there is now ('" + again + "'), and name at least " + SHORTEST_HASH
                            + " digits of its hash.");
        }
        String name = who;
        if (before.stream().anyMatch(one -> person(one.by()).equals(person(name)))) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    who + " has approved this plan already, and two persons must",
                    "Let somebody else approve it.");
        }
        return new Approval(who, hash, now, identity);
    }

    /**
     * Where two persons must agree, whoever began the restore is neither of them.
     *
     * @param stagedBy who began it, or null if nobody knows
     * @throws OperatorException {@link Reason#ACCESS_DENIED} if it is the same person
     */
    public static void requireAnother(@Nullable String stagedBy, Approval approval, int needed) {
        if (needed > 1 && stagedBy != null && person(stagedBy).equals(person(approval.by()))) {
            throw new OperatorException(
                    Reason.ACCESS_DENIED,
                    approval.by() + " began this restore, and where two persons must approve, neither may be who did",
                    "Let somebody else approve it.");
        }
    }

    /** The approvals but for that of who began the restore, where two persons must agree. */
    public static List<Approval> ofOthers(@Nullable String stagedBy, List<Approval> approvals, int needed) {
        return needed < 2 || stagedBy == null
                ? approvals
                : approvals.stream()
                        .filter(one -> !person(one.by()).equals(person(stagedBy)))
                        .toList();
    }

    /**
     * What is missing before a plan may be merged, in words; empty if nothing is.
     *
     * @param needed how many persons must approve, as the plan was made
     */
    public static Optional<String> lacks(ApprovalRules rules, List<Approval> approvals, String hash, int needed) {
        if (approvals.stream().anyMatch(one -> !one.planHash().equals(hash))) {
            return Optional.of("it was changed after it was approved");
        }
        long counting = approvals.stream()
                .filter(one -> !rules.needLogin()
                        || (one.identity() == Approval.Identity.AUTHENTICATED && rules.mayApprove(one.by())))
                .map(one -> person(one.by()))
                .distinct()
                .count();
        int wanted = needed(rules, needed);
        if (counting >= wanted) {
            return Optional.empty();
        }
        return Optional.of(counting + " of " + wanted + " persons have approved it"
                + (counting == approvals.size() ? "" : " in the way that the configuration asks for"));
    }

    /** How many persons must approve. */
    public static int needed(ApprovalRules rules, int asked) {
        return Math.max(asked, rules.approvals());
    }

    /** The same for the same person, however the name is written. */
    private static String person(String name) {
        return name.strip().toLowerCase(Locale.ROOT);
    }
}
