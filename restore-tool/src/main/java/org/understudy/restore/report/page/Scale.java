package org.understudy.restore.report.page;

/**
 * A counting axis from 0 to {@code top} with round steps: 1, 2 or 5 times a power of ten.
 *
 * @param top at least 1, a multiple of {@code step}
 */
record Scale(long top, long step) {
    /** Reaches {@code highest} with about {@code ticks} steps. */
    static Scale upTo(long highest, int ticks) {
        long most = Math.max(1, highest);
        long power = 1;
        while (power * 10 * ticks < most) {
            power *= 10;
        }
        long step = power * 10;
        for (long factor : new long[] {1, 2, 5}) {
            if (power * factor * ticks >= most) {
                step = power * factor;
                break;
            }
        }
        return new Scale((most + step - 1) / step * step, step);
    }
}
