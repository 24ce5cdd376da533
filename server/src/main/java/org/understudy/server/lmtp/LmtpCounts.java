package org.understudy.server.lmtp;

import java.util.concurrent.atomic.LongAdder;

/** What became of recipients, since the server began. Thread-safe. */
public final class LmtpCounts {
    private final LongAdder stored = new LongAdder();
    private final LongAdder deferred = new LongAdder();
    private final LongAdder refused = new LongAdder();

    void answered(Answer answer) {
        if (answer.good()) {
            stored.increment();
        } else {
            refused(answer.temporary());
        }
    }

    void refused(boolean temporarily) {
        (temporarily ? deferred : refused).increment();
    }

    /** Answered 250 after a message. */
    public double stored() {
        return stored.sum();
    }

    /** Answered 4xx. */
    public double deferred() {
        return deferred.sum();
    }

    /** Answered 5xx. */
    public double refused() {
        return refused.sum();
    }
}
