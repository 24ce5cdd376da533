package org.understudy.server.boot;

import java.time.Duration;
import org.apache.james.metrics.api.Metric;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.metrics.api.TimeMetric;
import org.reactivestreams.Publisher;

/** Measures nothing: James wants a metric factory, and nobody reads its figures yet. */
final class NoMetrics implements MetricFactory {
    @Override
    public Metric generate(String name) {
        return new Unread();
    }

    @Override
    public TimeMetric timer(String name) {
        return new UnreadTime(name);
    }

    @Override
    public <T> Publisher<T> decoratePublisherWithTimerMetric(String name, Publisher<T> publisher) {
        return publisher;
    }

    @Override
    @SuppressWarnings("deprecation") // abstract in James's interface
    public <T> Publisher<T> decoratePublisherWithTimerMetricLogP99(String name, Publisher<T> publisher) {
        return publisher;
    }

    private static final class Unread implements Metric {
        @Override
        public void increment() {}

        @Override
        public void decrement() {}

        @Override
        public void add(int value) {}

        @Override
        public void remove(int value) {}

        @Override
        public long getCount() {
            return 0;
        }
    }

    private record UnreadTime(String name) implements TimeMetric {
        @Override
        public ExecutionResult stopAndPublish() {
            return new ExecutionResult() {
                @Override
                public Duration elasped() {
                    return Duration.ZERO;
                }

                @Override
                @SuppressWarnings("deprecation") // abstract in James's interface
                public ExecutionResult logWhenExceedP99(Duration threshold) {
                    return this;
                }
            };
        }
    }
}
