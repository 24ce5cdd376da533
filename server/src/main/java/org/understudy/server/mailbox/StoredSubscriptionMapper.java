package org.understudy.server.mailbox;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.james.core.Username;
import org.apache.james.mailbox.store.user.SubscriptionMapper;
import org.apache.james.mailbox.store.user.model.Subscription;
import org.understudy.storage.Rows;
import org.understudy.storage.keyspace.Author;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Subscriptions: the row's owner is the user, its key the mailbox path as James escapes it; the value is empty. */
final class StoredSubscriptionMapper implements SubscriptionMapper {
    private final Rows rows;
    private final Author author;

    StoredSubscriptionMapper(Rows rows, Author author) {
        this.rows = rows;
        this.author = author;
    }

    @Override
    public void save(Subscription subscription) {
        rows.write(
                subscription.getUser().asString(), Map.of(subscription.getMailbox(), new byte[0]), author);
    }

    @Override
    public Mono<Void> saveReactive(Subscription subscription) {
        return Mono.fromRunnable(() -> save(subscription));
    }

    @Override
    public List<Subscription> findSubscriptionsForUser(Username user) {
        return rows.list(user.asString(), "").keySet().stream()
                .map(mailbox -> new Subscription(user, mailbox))
                .toList();
    }

    @Override
    public Flux<Subscription> findSubscriptionsForUserReactive(Username user) {
        return Flux.defer(() -> Flux.fromIterable(findSubscriptionsForUser(user)));
    }

    @Override
    public void delete(Subscription subscription) {
        rows.update(
                subscription.getUser().asString(), subscription.getMailbox(), present -> Optional.empty(), author);
    }

    @Override
    public Mono<Void> deleteReactive(Subscription subscription) {
        return Mono.fromRunnable(() -> delete(subscription));
    }
}
