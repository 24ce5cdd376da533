package org.understudy.restore.plan;

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
 * @param version of this form, 1
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
    public static final int VERSION = 1;

    /** State of a target mailbox on which the plan builds. */
    public record Base(TargetMailbox target, long mailboxId, long uidValidity, long uidNext, long highestModSeq) {}

    public MergePlan {
        bases = List.copyOf(bases);
        steps = List.copyOf(steps);
    }

    /** One line of JSON, without a line end. */
    public String json() {
        return RestoreJson.write(this);
    }

    /** @throws IllegalArgumentException if {@code json} is no plan */
    public static MergePlan parse(String json) {
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
