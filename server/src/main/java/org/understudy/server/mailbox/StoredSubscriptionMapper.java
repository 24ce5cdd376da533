package org.understudy.server.mailbox;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.james.core.Username;
import org.apache.james.mailbox.model.MailboxConstants;
import org.apache.james.mailbox.model.MailboxPath;
import org.apache.james.mailbox.store.user.SubscriptionMapper;
import org.apache.james.mailbox.store.user.model.Subscription;
import org.understudy.storage.Rows;
import org.understudy.storage.keyspace.Author;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Subscriptions: the row's owner is the user, its key the mailbox's name for the user's own mailboxes, so that a restore
 * can write it, and the path as James escapes it for those of others; the value is empty.
 */
final class StoredSubscriptionMapper implements SubscriptionMapper {
    private final Rows rows;
    private final Author author;

    StoredSubscriptionMapper(Rows rows, Author author) {
        this.rows = rows;
        this.author = author;
    }

    @Override
    public void save(Subscription subscription) {
        rows.write(subscription.getUser().asString(), Map.of(key(subscription), new byte[0]), author);
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
        rows.update(subscription.getUser().asString(), key(subscription), present -> Optional.empty(), author);
    }

    @Override
    public Mono<Void> deleteReactive(Subscription subscription) {
        return Mono.fromRunnable(() -> delete(subscription));
    }

    private static String key(Subscription subscription) {
        return MailboxPath.parseEscaped(subscription.getMailbox())
                .filter(path -> path.getNamespace().equals(MailboxConstants.USER_NAMESPACE)
                        && path.getUser().equals(subscription.getUser()))
                .map(MailboxPath::getName)
                .orElse(subscription.getMailbox());
    }
}
