package org.understudy.server.mailbox;

import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import org.apache.james.core.Domain;
import org.apache.james.core.quota.QuotaCountLimit;
import org.apache.james.core.quota.QuotaLimitValue;
import org.apache.james.core.quota.QuotaSizeLimit;
import org.apache.james.mailbox.model.Quota;
import org.apache.james.mailbox.model.QuotaRoot;
import org.apache.james.mailbox.quota.MaxQuotaManager;
import org.reactivestreams.Publisher;
import org.understudy.storage.Rows;
import org.understudy.storage.keyspace.Author;
import reactor.core.publisher.Mono;

/**
 * Quota limits. The row's owner is the quota root, {@code @domain}, or empty for the limit of all; its key is {@code
 * messages} or {@code octets}, its value a decimal number, -1 for no limit.
 */
final class StoredQuotaLimits implements MaxQuotaManager {
    private static final String GLOBAL = "";
    private static final String MESSAGES = "messages";
    private static final String OCTETS = "octets";
    private static final long UNLIMITED = -1;
    private static final Author AUTHOR = new Author.Housekeeping("quota-limit");

    private final Rows rows;

    StoredQuotaLimits(Rows rows) {
        this.rows = rows;
    }

    @Override
    public void setMaxStorage(QuotaRoot root, QuotaSizeLimit limit) {
        put(root.getValue(), OCTETS, limit);
    }

    @Override
    public void setMaxMessage(QuotaRoot root, QuotaCountLimit limit) {
        put(root.getValue(), MESSAGES, limit);
    }

    @Override
    public void removeMaxMessage(QuotaRoot root) {
        remove(root.getValue(), MESSAGES);
    }

    @Override
    public void removeMaxStorage(QuotaRoot root) {
        remove(root.getValue(), OCTETS);
    }

    @Override
    public void setGlobalMaxStorage(QuotaSizeLimit limit) {
        put(GLOBAL, OCTETS, limit);
    }

    @Override
    public void removeGlobalMaxStorage() {
        remove(GLOBAL, OCTETS);
    }

    @Override
    public void setGlobalMaxMessage(QuotaCountLimit limit) {
        put(GLOBAL, MESSAGES, limit);
    }

    @Override
    public void removeGlobalMaxMessage() {
        remove(GLOBAL, MESSAGES);
    }

    @Override
    public Optional<QuotaSizeLimit> getGlobalMaxStorage() {
        return octets(GLOBAL);
    }

    @Override
    public Optional<QuotaCountLimit> getGlobalMaxMessage() {
        return messages(GLOBAL);
    }

    @Override
    public Optional<QuotaCountLimit> getDomainMaxMessage(Domain domain) {
        return messages(owner(domain));
    }

    @Override
    public void setDomainMaxMessage(Domain domain, QuotaCountLimit limit) {
        put(owner(domain), MESSAGES, limit);
    }

    @Override
    public void removeDomainMaxMessage(Domain domain) {
        remove(owner(domain), MESSAGES);
    }

    @Override
    public Optional<QuotaSizeLimit> getDomainMaxStorage(Domain domain) {
        return octets(owner(domain));
    }

    @Override
    public void setDomainMaxStorage(Domain domain, QuotaSizeLimit limit) {
        put(owner(domain), OCTETS, limit);
    }

    @Override
    public void removeDomainMaxStorage(Domain domain) {
        remove(owner(domain), OCTETS);
    }

    @Override
    public Map<Quota.Scope, QuotaCountLimit> listMaxMessagesDetails(QuotaRoot root) {
        Map<Quota.Scope, QuotaCountLimit> result = new EnumMap<>(Quota.Scope.class);
        messages(root.getValue()).ifPresent(limit -> result.put(Quota.Scope.User, limit));
        root.getDomain().flatMap(this::getDomainMaxMessage).ifPresent(limit -> result.put(Quota.Scope.Domain, limit));
        messages(GLOBAL).ifPresent(limit -> result.put(Quota.Scope.Global, limit));
        return result;
    }

    @Override
    public Map<Quota.Scope, QuotaSizeLimit> listMaxStorageDetails(QuotaRoot root) {
        Map<Quota.Scope, QuotaSizeLimit> result = new EnumMap<>(Quota.Scope.class);
        octets(root.getValue()).ifPresent(limit -> result.put(Quota.Scope.User, limit));
        root.getDomain().flatMap(this::getDomainMaxStorage).ifPresent(limit -> result.put(Quota.Scope.Domain, limit));
        octets(GLOBAL).ifPresent(limit -> result.put(Quota.Scope.Global, limit));
        return result;
    }

    @Override
    public Publisher<Void> setMaxStorageReactive(QuotaRoot root, QuotaSizeLimit limit) {
        return Mono.fromRunnable(() -> setMaxStorage(root, limit));
    }

    @Override
    public Publisher<Void> setMaxMessageReactive(QuotaRoot root, QuotaCountLimit limit) {
        return Mono.fromRunnable(() -> setMaxMessage(root, limit));
    }

    @Override
    public Publisher<Void> removeMaxMessageReactive(QuotaRoot root) {
        return Mono.fromRunnable(() -> removeMaxMessage(root));
    }

    @Override
    public Publisher<Void> removeMaxStorageReactive(QuotaRoot root) {
        return Mono.fromRunnable(() -> removeMaxStorage(root));
    }

    @Override
    public Publisher<Void> setGlobalMaxStorageReactive(QuotaSizeLimit limit) {
        return Mono.fromRunnable(() -> setGlobalMaxStorage(limit));
    }

    @Override
    public Publisher<Void> removeGlobalMaxStorageReactive() {
        return Mono.fromRunnable(() -> removeGlobalMaxStorage());
    }

    @Override
    public Publisher<Void> setGlobalMaxMessageReactive(QuotaCountLimit limit) {
        return Mono.fromRunnable(() -> setGlobalMaxMessage(limit));
    }

    @Override
    public Publisher<Void> removeGlobalMaxMessageReactive() {
        return Mono.fromRunnable(() -> removeGlobalMaxMessage());
    }

    @Override
    public Publisher<QuotaSizeLimit> getGlobalMaxStorageReactive() {
        return Mono.fromCallable(() -> getGlobalMaxStorage()).flatMap(Mono::justOrEmpty);
    }

    @Override
    public Publisher<QuotaCountLimit> getGlobalMaxMessageReactive() {
        return Mono.fromCallable(() -> getGlobalMaxMessage()).flatMap(Mono::justOrEmpty);
    }

    @Override
    public Publisher<QuotaCountLimit> getDomainMaxMessageReactive(Domain domain) {
        return Mono.fromCallable(() -> getDomainMaxMessage(domain)).flatMap(Mono::justOrEmpty);
    }

    @Override
    public Publisher<Void> setDomainMaxMessageReactive(Domain domain, QuotaCountLimit limit) {
        return Mono.fromRunnable(() -> setDomainMaxMessage(domain, limit));
    }

    @Override
    public Publisher<Void> removeDomainMaxMessageReactive(Domain domain) {
        return Mono.fromRunnable(() -> removeDomainMaxMessage(domain));
    }

    @Override
    public Publisher<QuotaSizeLimit> getDomainMaxStorageReactive(Domain domain) {
        return Mono.fromCallable(() -> getDomainMaxStorage(domain)).flatMap(Mono::justOrEmpty);
    }

    @Override
    public Publisher<Void> setDomainMaxStorageReactive(Domain domain, QuotaSizeLimit limit) {
        return Mono.fromRunnable(() -> setDomainMaxStorage(domain, limit));
    }

    @Override
    public Publisher<Void> removeDomainMaxStorageReactive(Domain domain) {
        return Mono.fromRunnable(() -> removeDomainMaxStorage(domain));
    }

    @Override
    public Publisher<Map<Quota.Scope, QuotaCountLimit>> listMaxMessagesDetailsReactive(QuotaRoot root) {
        return Mono.fromCallable(() -> listMaxMessagesDetails(root));
    }

    @Override
    public Publisher<Map<Quota.Scope, QuotaSizeLimit>> listMaxStorageDetailsReactive(QuotaRoot root) {
        return Mono.fromCallable(() -> listMaxStorageDetails(root));
    }

    @Override
    public Publisher<QuotaDetails> quotaDetailsReactive(QuotaRoot root) {
        return Mono.fromCallable(() -> quotaDetails(root));
    }

    private Optional<QuotaCountLimit> messages(String owner) {
        return read(owner, MESSAGES, QuotaCountLimit::count, QuotaCountLimit.unlimited());
    }

    private Optional<QuotaSizeLimit> octets(String owner) {
        return read(owner, OCTETS, QuotaSizeLimit::size, QuotaSizeLimit.unlimited());
    }

    private <T> Optional<T> read(String owner, String key, LongFunction<T> limited, T unlimited) {
        return rows.get(owner, key).map(value -> {
            long number = Long.parseLong(new String(value, StandardCharsets.US_ASCII));
            return number == UNLIMITED ? unlimited : limited.apply(number);
        });
    }

    private void put(String owner, String key, QuotaLimitValue<?> limit) {
        long number = limit.isUnlimited() ? UNLIMITED : limit.asLong();
        rows.write(owner, Map.of(key, Long.toString(number).getBytes(StandardCharsets.US_ASCII)), AUTHOR);
    }

    private void remove(String owner, String key) {
        rows.update(owner, key, present -> Optional.empty(), AUTHOR);
    }

    private static String owner(Domain domain) {
        return "@" + domain.asString();
    }
}
