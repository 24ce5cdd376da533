package org.understudy.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** What came in by LMTP and went out by POP3. */
public final class DeliveryMeters implements MeterBinder {
    private final Supplier<Figures> figures;

    /**
     * Counts since the server began.
     *
     * @param stored recipients of LMTP that were answered 250 after a message
     * @param deferred those answered 4xx
     * @param refused those answered 5xx
     * @param sessions of POP3 that logged in
     * @param retrieved messages sent whole by POP3
     * @param deleted messages deleted by POP3
     */
    public record Figures(
            double stored, double deferred, double refused, double sessions, double retrieved, double deleted) {}

    public DeliveryMeters(Supplier<Figures> figures) {
        this.figures = figures;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        recipients(registry, "stored", Figures::stored);
        recipients(registry, "deferred", Figures::deferred);
        recipients(registry, "refused", Figures::refused);
        count(registry, "understudy.pop3.sessions", "Sessions that logged in.", Figures::sessions);
        count(registry, "understudy.pop3.retrieved", "Messages that were sent whole.", Figures::retrieved);
        count(registry, "understudy.pop3.deleted", "Messages that were deleted.", Figures::deleted);
    }

    private void recipients(MeterRegistry registry, String outcome, ToDoubleFunction<Figures> figure) {
        FunctionCounter.builder("understudy.lmtp.recipients", figures, now -> figure.applyAsDouble(now.get()))
                .description("Recipients by what they were answered.")
                .tag("outcome", outcome)
                .register(registry);
    }

    private void count(MeterRegistry registry, String name, String words, ToDoubleFunction<Figures> figure) {
        FunctionCounter.builder(name, figures, now -> figure.applyAsDouble(now.get()))
                .description(words)
                .register(registry);
    }
}
