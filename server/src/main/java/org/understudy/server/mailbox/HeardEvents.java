package org.understudy.server.mailbox;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.james.events.Event;
import org.apache.james.events.EventBus;
import org.apache.james.events.EventBusName;
import org.apache.james.events.EventListener;
import org.apache.james.events.Group;
import org.apache.james.events.GroupAlreadyRegistered;
import org.apache.james.events.Registration;
import org.apache.james.events.RegistrationKey;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * An event bus that knows whether anybody listens, so that no event of thousands of messages is made for nobody. Sessions of
 * this server's IMAP do not listen here: they read the change log. {@link QuotaEvents} counts as nobody, for what it makes of
 * events goes to the others who listen to all.
 */
final class HeardEvents implements EventBus {
    private final EventBus bus;
    private final Map<RegistrationKey, Integer> listeners = new ConcurrentHashMap<>();
    private final AtomicInteger groups = new AtomicInteger();

    HeardEvents(EventBus bus) {
        this.bus = bus;
    }

    /** Whether somebody would hear what is said to one who listens for {@code key}; of other buses it is not known, so true. */
    static boolean isHeard(EventBus bus, RegistrationKey key) {
        return !(bus instanceof HeardEvents known) || known.groups.get() > 0 || known.listeners.containsKey(key);
    }

    @Override
    public Publisher<Registration> register(EventListener.ReactiveEventListener listener, RegistrationKey key) {
        return Mono.defer(() -> {
            listeners.merge(key, 1, Integer::sum);
            return Mono.from(bus.register(listener, key))
                    .<Registration>map(
                            made -> () -> Mono.from(made.unregister()).doFinally(end -> left(key)))
                    .doOnError(failure -> left(key));
        });
    }

    private void left(RegistrationKey key) {
        listeners.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
    }

    @Override
    public Registration register(EventListener.ReactiveEventListener listener, Group group)
            throws GroupAlreadyRegistered {
        if (listener instanceof QuotaEvents) {
            return bus.register(listener, group);
        }
        groups.incrementAndGet();
        try {
            Registration made = bus.register(listener, group);
            return () -> Mono.from(made.unregister()).doFinally(end -> groups.decrementAndGet());
        } catch (GroupAlreadyRegistered e) {
            groups.decrementAndGet();
            throw e;
        }
    }

    @Override
    public Mono<Void> dispatch(Event event, Set<RegistrationKey> keys) {
        return bus.dispatch(event, keys);
    }

    @Override
    public Mono<Void> reDeliver(Group group, Event event) {
        return bus.reDeliver(group, event);
    }

    @Override
    public EventBusName eventBusName() {
        return bus.eventBusName();
    }

    @Override
    public Collection<Group> listRegisteredGroups() {
        return bus.listRegisteredGroups();
    }
}
