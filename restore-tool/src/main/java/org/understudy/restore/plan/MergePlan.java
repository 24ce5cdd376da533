package org.understudy.restore.plan;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import org.understudy.restore.json.RestoreJson;

/**
 * The exact list of what a merge would do. Its JSON is canonical: two plans are equal if and only if their bytes are.
 *
 * @param version of this form, 2; plans of version 1, which say nothing of senders and quotas, are still read
 * @param attempt which plan of the restore this is, counted by undos, from 1
 * @param storeId the live store that it is for
 * @param bases the target mailboxes that live had when the plan was made, by name
 * @param steps by target mailbox: its creation, its messages in the shadow's order, its changes of flags; skips last
 */
public record MergePlan(
        int version,
        String restoreId,
        int attempt,
        String storeId,
        LocalDate date,
        MergePolicy policy,
        PlanTotals totals,
        List<Base> bases,
        List<PlanStep> steps) {
    public static final int VERSION = 2;

    /** The oldest form that is still read: without senders and quotas. */
    private static final int OLDEST_VERSION = 1;

    /** State of a target mailbox on which the plan builds. */
    public record Base(TargetMailbox target, long mailboxId, long uidValidity, long uidNext, long highestModSeq) {}

    public MergePlan {
        bases = List.copyOf(bases);
        steps = List.copyOf(steps);
    }

    /** The same with other steps, for showing a part of it; its figures stay those of the whole. */
    public MergePlan withSteps(List<PlanStep> some) {
        return new MergePlan(version, restoreId, attempt, storeId, date, policy, totals, bases, some);
    }

    /** One line of JSON, without a line end. */
    public String json() {
        return RestoreJson.write(this);
    }

    /** @throws IllegalArgumentException if {@code json} is no plan, or one of a version that is not known here */
    public static MergePlan parse(String json) {
        int version = RestoreJson.read(json, JsonNode.class).path("version").asInt();
        if (version < OLDEST_VERSION || version > VERSION) {
            throw new IllegalArgumentException("the plan is of version " + version
                    + ", and this program knows versions " + OLDEST_VERSION + " to " + VERSION);
        }
        return RestoreJson.read(json, MergePlan.class);
    }

    /** SHA-256 of a plan's JSON in UTF-8, 64 hexadecimal digits: what is approved. */
    public static String hash(String json) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(json.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
