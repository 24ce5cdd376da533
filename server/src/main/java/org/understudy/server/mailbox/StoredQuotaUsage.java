package org.understudy.server.mailbox;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.james.core.quota.QuotaCountUsage;
import org.apache.james.core.quota.QuotaSizeUsage;
import org.apache.james.mailbox.model.CurrentQuotas;
import org.apache.james.mailbox.model.QuotaOperation;
import org.apache.james.mailbox.model.QuotaRoot;
import org.apache.james.mailbox.quota.CurrentQuotaManager;
import org.apache.james.mailbox.store.quota.DefaultUserQuotaRootResolver;
import org.understudy.storage.MailStore;
import org.understudy.storage.Usage;
import org.understudy.storage.keyspace.Author;
import reactor.core.publisher.Mono;

/**
 * What users have stored, derived from the counters of their mailboxes and so always exact.
 *
 * <p>James's interface lets callers move the figure. Such a move is kept as a correction beside the derived figure, in
 * the settings row of owner {@code quota-correction} and the root as key: two decimal numbers, messages and octets. The
 * server moves none, and must not register James's ListeningCurrentQuotaUpdater, which would count every message twice.
 */
final class StoredQuotaUsage implements CurrentQuotaManager {
    private static final String OWNER = "quota-correction";
    private static final Author AUTHOR = new Author.Housekeeping("quota-correction");

    private final MailStore store;

    StoredQuotaUsage(MailStore store) {
        this.store = store;
    }

    @Override
    public Mono<QuotaCountUsage> getCurrentMessageCount(QuotaRoot root) {
        return getCurrentQuotas(root).map(CurrentQuotas::count);
    }

    @Override
    public Mono<QuotaSizeUsage> getCurrentStorage(QuotaRoot root) {
        return getCurrentQuotas(root).map(CurrentQuotas::size);
    }

    @Override
    public Mono<CurrentQuotas> getCurrentQuotas(QuotaRoot root) {
        return Mono.fromCallable(() -> {
            Usage derived = derived(root);
            Usage correction = read(store.settings().get(OWNER, root.getValue()));
            return new CurrentQuotas(
                    QuotaCountUsage.count(derived.messages() + correction.messages()),
                    QuotaSizeUsage.size(derived.bytes() + correction.bytes()));
        });
    }

    @Override
    public Mono<Void> increase(QuotaOperation operation) {
        return correct(
                operation.quotaRoot(),
                operation.count().asLong(),
                operation.size().asLong());
    }

    @Override
    public Mono<Void> decrease(QuotaOperation operation) {
        return correct(
                operation.quotaRoot(),
                -operation.count().asLong(),
                -operation.size().asLong());
    }

    @Override
    public Mono<Void> setCurrentQuotas(QuotaOperation operation) {
        return Mono.fromRunnable(() -> {
            Usage derived = derived(operation.quotaRoot());
            Usage correction = new Usage(
                    operation.count().asLong() - derived.messages(),
                    operation.size().asLong() - derived.bytes());
            store.settings().update(OWNER, operation.quotaRoot().getValue(), present -> write(correction), AUTHOR);
        });
    }

    private Mono<Void> correct(QuotaRoot root, long messages, long bytes) {
        return Mono.fromRunnable(() -> store.settings()
                .update(
                        OWNER,
                        root.getValue(),
                        present -> {
                            Usage before = read(present);
                            return write(new Usage(before.messages() + messages, before.bytes() + bytes));
                        },
                        AUTHOR));
    }

    private Usage derived(QuotaRoot root) {
        String value = root.getValue();
        int separator = value.indexOf(DefaultUserQuotaRootResolver.SEPARATOR);
        return separator < 0
                ? store.usage(value, "")
                : store.usage(value.substring(0, separator), value.substring(separator + 1));
    }

    private static Usage read(Optional<byte[]> row) {
        if (row.isEmpty()) {
            return new Usage(0, 0);
        }
        List<String> numbers = List.of(new String(row.get(), StandardCharsets.US_ASCII).split(" ", -1));
        return new Usage(Long.parseLong(numbers.get(0)), Long.parseLong(numbers.get(1)));
    }

    private static Optional<byte[]> write(Usage correction) {
        return correction.messages() == 0 && correction.bytes() == 0
                ? Optional.empty()
                : Optional.of((correction.messages() + " " + correction.bytes()).getBytes(StandardCharsets.US_ASCII));
    }
}
