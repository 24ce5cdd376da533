package org.understudy.restore.shadow;

/**
 * How far replay has come, and its bins: {@code items = replayed + duplicate + unreadable + ignored}.
 *
 * @param items how many items of the source are accounted for; also the ordinal of the next
 * @param bytes octets of replayed messages as they lay in the source
 * @param ended whether the source has no more
 */
public record ReplayTotals(
        long items, long replayed, long duplicate, long unreadable, long ignored, long bytes, boolean ended) {
    public static final ReplayTotals NONE = new ReplayTotals(0, 0, 0, 0, 0, 0, false);

    public ReplayTotals {
        if (items != replayed + duplicate + unreadable + ignored) {
            throw new IllegalArgumentException("bins do not add up: " + items + " items, " + replayed + " replayed, "
                    + duplicate + " duplicate, " + unreadable + " unreadable, " + ignored + " ignored");
        }
    }

    public ReplayTotals plus(ReplayTotals more) {
        return new ReplayTotals(
                items + more.items,
                replayed + more.replayed,
                duplicate + more.duplicate,
                unreadable + more.unreadable,
                ignored + more.ignored,
                bytes + more.bytes,
                more.ended);
    }

    public ReplayTotals atEnd() {
        return new ReplayTotals(items, replayed, duplicate, unreadable, ignored, bytes, true);
    }

    /** One line for people. */
    public String text() {
        return items + " items: " + replayed + " replayed, " + duplicate + " duplicate, " + unreadable + " unreadable, "
                + ignored + " ignored";
    }
}
