package org.understudy.restore.export;

/**
 * What became of messages: {@code found = exported + heldBack + unreadable + vanished}.
 *
 * @param heldBack messages of a shadow that are damaged or may be another user's
 * @param vanished expunged by their users while the export ran
 * @param flagsLost of those exported, how many lack flags or keywords that they should have
 * @param unproven of those exported, how many the snapshot's manifest cannot prove
 * @param bytes of those exported, with CRLF line ends
 */
public record ExportCounts(
        long found,
        long exported,
        long heldBack,
        long unreadable,
        long vanished,
        long flagsLost,
        long unproven,
        long bytes) {
    public static final ExportCounts NONE = new ExportCounts(0, 0, 0, 0, 0, 0, 0, 0);

    public ExportCounts {
        if (found != exported + heldBack + unreadable + vanished) {
            throw new IllegalArgumentException("bins do not add up: " + found + " found, " + exported + " exported, "
                    + heldBack + " held back, " + unreadable + " unreadable, " + vanished + " vanished");
        }
    }

    public ExportCounts plus(ExportCounts more) {
        return new ExportCounts(
                found + more.found,
                exported + more.exported,
                heldBack + more.heldBack,
                unreadable + more.unreadable,
                vanished + more.vanished,
                flagsLost + more.flagsLost,
                unproven + more.unproven,
                bytes + more.bytes);
    }

    /** Whether everything that should be there is there as it should be. */
    public boolean sound() {
        return unreadable == 0 && flagsLost == 0 && unproven == 0;
    }

    ExportCounts oneExported(long size) {
        return plus(new ExportCounts(1, 1, 0, 0, 0, 0, 0, size));
    }

    ExportCounts oneHeldBack() {
        return plus(new ExportCounts(1, 0, 1, 0, 0, 0, 0, 0));
    }

    ExportCounts oneUnreadable() {
        return plus(new ExportCounts(1, 0, 0, 1, 0, 0, 0, 0));
    }

    ExportCounts oneVanished() {
        return plus(new ExportCounts(1, 0, 0, 0, 1, 0, 0, 0));
    }

    ExportCounts oneFault(OriginMessage.Fault fault) {
        return switch (fault) {
            case UNREADABLE -> oneUnreadable();
            case FLAGS_LOST -> plus(new ExportCounts(0, 0, 0, 0, 0, 1, 0, 0));
            case UNPROVEN -> plus(new ExportCounts(0, 0, 0, 0, 0, 0, 1, 0));
        };
    }
}
