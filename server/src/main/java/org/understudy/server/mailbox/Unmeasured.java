package org.understudy.server.mailbox;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.james.metrics.api.Metric;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.metrics.api.TimeMetric;
import org.reactivestreams.Publisher;

/** Counts for whoever asks a metric for its count, and times nothing: for a server without a metrics registry. */
public final class Unmeasured implements MetricFactory {
    @Override
    public Metric generate(String name) {
        return new Count();
    }

    @Override
    public TimeMetric timer(String name) {
        return new Untimed(name);
    }

    @Override
    public <T> Publisher<T> decoratePublisherWithTimerMetric(String name, Publisher<T> publisher) {
        return publisher;
    }

    @Override
    @SuppressWarnings("deprecation") // James still asks implementations for it
    public <T> Publisher<T> decoratePublisherWithTimerMetricLogP99(String name, Publisher<T> publisher) {
        return publisher;
    }

    private static final class Count implements Metric {
        private final AtomicLong count = new AtomicLong();

        @Override
        public void increment() {
            count.incrementAndGet();
        }

        @Override
        public void decrement() {
            count.decrementAndGet();
        }

        @Override
        public void add(int value) {
            count.addAndGet(value);
        }

        @Override
        public void remove(int value) {
            count.addAndGet(-(long) value);
        }

        @Override
        public long getCount() {
            return count.get();
        }
    }

    private record Untimed(String name) implements TimeMetric, TimeMetric.ExecutionResult {
        @Override
        public ExecutionResult stopAndPublish() {
            return this;
        }

        @Override
        public Duration elasped() {
            return Duration.ZERO;
        }

        @Override
        @SuppressWarnings("deprecation") // James still asks implementations for it
        public ExecutionResult logWhenExceedP99(Duration threshold) {
            return this;
        }
    }
}
