package org.understudy.restore.plan;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A plan in figures: {@code messages = add + quarantine + sum of skipped}.
 *
 * @param messages of the shadow
 * @param addBytes of added and quarantined messages
 * @param users what each live user gains, by name
 */
public record PlanTotals(
        long messages,
        long add,
        long quarantine,
        long addBytes,
        long createMailboxes,
        long changeFlags,
        Map<SkipReason, Long> skipped,
        List<UserGain> users) {
    /**
     * What a user's quota will have to bear.
     *
     * @param quota before the merge; null in plans of version 1
     */
    public record UserGain(String user, long messages, long bytes, LiveView.@Nullable Quota quota) {
        /** Whether the user will be over quota after the merge. */
        public boolean overQuota() {
            return quota != null && quota.exceededBy(messages, bytes);
        }
    }

    public PlanTotals {
        skipped = Map.copyOf(skipped);
        users = List.copyOf(users);
    }

    /** Whether live would be afterwards as it is now. */
    public boolean changesNothing() {
        return add + quarantine + createMailboxes + changeFlags == 0;
    }

    /** Whether each message of the shadow is accounted for once. */
    public boolean addsUp() {
        return messages
                == add
                        + quarantine
                        + skipped.values().stream().mapToLong(Long::longValue).sum();
    }
}
