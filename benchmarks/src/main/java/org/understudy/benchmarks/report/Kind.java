package org.understudy.benchmarks.report;

/** Which figure of a sample is compared, and which way is better. */
public enum Kind {
    /** Operations a second; more is better. */
    RATE("/s", true),
    /** Megabytes (10^6) a second; more is better. */
    THROUGHPUT("MB/s", true),
    /** Median milliseconds of one operation; less is better. */
    LATENCY("ms", false),
    /** KiB of memory each; less is better. */
    MEMORY("KiB", false);

    private final String unit;
    private final boolean moreIsBetter;

    Kind(String unit, boolean moreIsBetter) {
        this.unit = unit;
        this.moreIsBetter = moreIsBetter;
    }

    public String unit() {
        return unit;
    }

    /** How many times {@code ours} is as good as {@code theirs}. */
    public double timesBetter(double ours, double theirs) {
        return moreIsBetter ? ours / theirs : theirs / ours;
    }
}
