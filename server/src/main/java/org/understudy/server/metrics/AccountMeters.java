package org.understudy.server.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.understudy.server.account.AccountsStatus;

/** Logins, the directory and the audit log. */
final class AccountMeters {
    private final MeterRegistry registry;
    private final Supplier<AccountsStatus> seen;

    private AccountMeters(MeterRegistry registry, Supplier<AccountsStatus> seen) {
        this.registry = registry;
        this.seen = seen;
    }

    static void register(MeterRegistry registry, Supplier<AccountsStatus> seen) {
        AccountMeters meters = new AccountMeters(registry, seen);
        meters.count("understudy.logins.succeeded", "Logins.", s -> s.logins().succeeded());
        meters.count(
                "understudy.logins.refused",
                "Logins that were wrong.",
                s -> s.logins().refused());
        meters.count(
                "understudy.logins.delayed",
                "Answers to logins that waited for earlier failures.",
                s -> s.logins().delayed());
        meters.gauge(
                "understudy.masters.sessions",
                "Masters in others' mailboxes at present.",
                s -> s.logins().mastersNow());
        meters.count(
                "understudy.masters.opened",
                "Sessions of masters in others' mailboxes.",
                s -> s.logins().masters());
        meters.count(
                "understudy.masters.refused",
                "Attempts at one that were refused.",
                s -> s.logins().mastersRefused());
        meters.gauge(
                "understudy.directory.away",
                "Whether the directory could not be asked the last time.",
                s -> s.directory().problem().isEmpty() ? 0 : 1);
        meters.count(
                "understudy.directory.right",
                "Passwords that the directory found right.",
                s -> s.directory().right());
        meters.count(
                "understudy.directory.wrong",
                "Passwords that the directory found wrong.",
                s -> s.directory().wrong());
        meters.count(
                "understudy.directory.unavailable",
                "Passwords that it could not be asked about.",
                s -> s.directory().unavailable());
        meters.gauge(
                "understudy.audit.records",
                "Number of the last record of the audit log.",
                s -> s.audit().records());
        meters.count(
                "understudy.audit.failures",
                "Events that the audit log could not note.",
                s -> s.audit().failures());
        meters.gauge(
                "understudy.audit.failing",
                "Whether the audit log is not whole or cannot be written.",
                s -> s.audit().problem().isEmpty() ? 0 : 1);
    }

    private void count(String name, String words, ToDoubleFunction<AccountsStatus> value) {
        FunctionCounter.builder(name, seen, now -> value.applyAsDouble(now.get()))
                .description(words)
                .register(registry);
    }

    private void gauge(String name, String words, ToDoubleFunction<AccountsStatus> value) {
        Gauge.builder(name, () -> value.applyAsDouble(seen.get()))
                .description(words)
                .register(registry);
    }
}
