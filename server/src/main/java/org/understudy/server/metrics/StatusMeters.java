package org.understudy.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.understudy.server.schedule.BackupHealth;
import org.understudy.server.schedule.JobState;
import org.understudy.server.scrub.ScrubStatus;

/** Backups, the log's way into the repository, and losses, as {@code understudy status} tells them. */
final class StatusMeters {
    private final MultiGauge alerts;
    private final MultiGauge failures;
    private final MultiGauge lastGood;
    private final MultiGauge logAge;
    private final MultiGauge scrubAge;
    private final TlsMeters tls;
    private volatile Monitored seen;

    StatusMeters(MeterRegistry registry, Monitored first) {
        seen = first;
        age(registry, "understudy.snapshot.age", "Since the newest snapshot was taken.", health -> {
            return health.snapshot() == null ? null : health.snapshot().taken();
        });
        age(
                registry,
                "understudy.snapshot.verified.age",
                "Since the newest snapshot that was found sound was taken.",
                health -> health.verified() == null ? null : health.verified().taken());
        age(registry, "understudy.drill.good.age", "Since the last good drill began.", health -> {
            return health.goodDrill() == null ? null : health.goodDrill().begun();
        });
        truth(registry, "understudy.incident.hold", "Whether an incident hold keeps anything from being pruned.", s -> {
            return !s.backups().hold().isEmpty();
        });
        truth(registry, "understudy.repository.readable", "Whether the repository could be looked at.", s -> {
            return s.backups().problem().isEmpty();
        });
        truth(registry, "understudy.archive.gap", "Whether log was lost that no snapshot has closed yet.", s -> {
            return !s.archive().gap().isEmpty();
        });
        truth(registry, "understudy.archive.failing", "Whether carrying the log into the repository fails.", s -> {
            return s.archive().failingSince() != null;
        });
        number(registry, "understudy.loss.messages", "Messages missing, by the last comparison with history.", s -> {
            return s.loss().lost();
        });
        number(
                registry,
                "understudy.canaries",
                "Canary mailboxes.",
                s -> s.loss().canaries());
        number(registry, "understudy.canaries.wrong", "Canary mailboxes that are not as they were made.", s -> {
            return s.loss().wrongCanaries();
        });
        alerts = rows(registry, "understudy.alert", "Whether 'understudy status' says ALERT for this kind.", null);
        failures = rows(registry, "understudy.job.failures", "Runs of a scheduled job that failed in a row.", null);
        lastGood = rows(
                registry,
                "understudy.job.last.good",
                "When a scheduled job ended well, in Unix time; 0: never.",
                "seconds");
        logAge = rows(
                registry,
                "understudy.archive.age",
                "All that was done longer ago than this is in the repository; absent where none is known to be.",
                "seconds");
        number(registry, "understudy.scrub.findings", "What is wrong, by the last full and the present scrub.", s -> {
            return Math.max(s.scrub().lastFindings(), s.scrub().findings());
        });
        number(registry, "understudy.scrub.progress", "Part of the present scrub that is done; 0 between two.", s -> {
            return s.scrub().progress();
        });
        truth(registry, "understudy.scrub.failing", "Whether the scrub cannot go on.", s -> {
            return !s.scrub().problem().isEmpty();
        });
        scrubAge = rows(
                registry,
                "understudy.scrub.age",
                "Since the last full scrub ended; absent where scrubs are off.",
                "seconds");
        accounts(registry);
        first.handshakes()
                .alerts()
                .keySet()
                .forEach(alert -> counter(
                        registry,
                        "understudy.tls.alerts",
                        "TLS alerts that clients have sent.",
                        s -> {
                            return s.handshakes().alerts().getOrDefault(alert, 0L);
                        },
                        "alert",
                        alert));
        first.handshakes()
                .failures()
                .keySet()
                .forEach(cause -> counter(
                        registry,
                        "understudy.tls.handshake.failures",
                        "TLS handshakes that failed without an alert of the client.",
                        s -> s.handshakes().failures().getOrDefault(cause, 0L),
                        "cause",
                        cause));
        counter(registry, "understudy.tls.silent", "Connections with TLS and without a command.", s -> {
            return s.handshakes().silent();
        });
        counter(registry, "understudy.tls.ledger.dropped", "Connections that the ledger could not count.", s -> {
            return s.handshakes().dropped();
        });
        tls = new TlsMeters(registry);
        show(first);
    }

    private void accounts(MeterRegistry registry) {
        AccountMeters.register(registry, () -> seen.accounts());
    }

    private void counter(
            MeterRegistry registry, String name, String words, ToDoubleFunction<Monitored> value, String... tags) {
        FunctionCounter.builder(name, this, meters -> value.applyAsDouble(meters.seen))
                .description(words)
                .tags(tags)
                .register(registry);
    }

    /** Makes {@code now} what the next scrape shows. */
    void show(Monitored now) {
        seen = now;
        BackupHealth backups = now.backups();
        tls.show(now.tls(), backups.at());
        alerts.register(
                Arrays.stream(BackupHealth.Kind.values())
                        .map(kind -> MultiGauge.Row.of(
                                Tags.of("kind", kind.name().toLowerCase(Locale.ROOT)),
                                backups.alerts().stream().anyMatch(alert -> alert.kind() == kind) ? 1 : 0))
                        .toList(),
                true);
        List<MultiGauge.Row<?>> failed = new ArrayList<>();
        List<MultiGauge.Row<?>> good = new ArrayList<>();
        for (JobState job : backups.jobs()) {
            Instant last = job.lastGood();
            failed.add(MultiGauge.Row.of(Tags.of("job", job.name()), job.failures()));
            good.add(MultiGauge.Row.of(Tags.of("job", job.name()), last == null ? 0 : last.toEpochMilli() / 1e3));
        }
        failures.register(failed, true);
        lastGood.register(good, true);
        Instant upTo = now.archive().upTo();
        logAge.register(
                upTo == null ? List.of() : List.of(MultiGauge.Row.of(Tags.empty(), seconds(upTo, backups.at()))), true);
        ScrubStatus scrub = now.scrub();
        scrubAge.register(
                scrub.enabled() ? List.of(MultiGauge.Row.of(Tags.empty(), scrubAge(scrub, backups))) : List.of(), true);
    }

    /** What has never happened is as old as the server's account of it. */
    private static double scrubAge(ScrubStatus scrub, BackupHealth backups) {
        Instant ended = scrub.lastEnded();
        return seconds(ended == null ? backups.since() : ended, backups.at());
    }

    private interface Moment {
        @Nullable
        Instant of(BackupHealth health);
    }

    /** What has never happened is as old as the server's account of it. */
    private void age(MeterRegistry registry, String name, String words, Moment last) {
        Gauge.builder(name, () -> {
                    BackupHealth health = seen.backups();
                    Instant then = last.of(health);
                    return seconds(then == null ? health.since() : then, health.at());
                })
                .description(words)
                .baseUnit("seconds")
                .register(registry);
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / 1e3;
    }

    private interface Question {
        boolean of(Monitored seen);
    }

    private void truth(MeterRegistry registry, String name, String words, Question question) {
        number(registry, name, words, s -> question.of(s) ? 1 : 0);
    }

    private void number(MeterRegistry registry, String name, String words, ToDoubleFunction<Monitored> value) {
        Gauge.builder(name, () -> value.applyAsDouble(seen)).description(words).register(registry);
    }

    private static MultiGauge rows(MeterRegistry registry, String name, String words, @Nullable String unit) {
        return MultiGauge.builder(name).description(words).baseUnit(unit).register(registry);
    }
}
