package org.understudy.server.mailbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.james.events.Event;
import org.apache.james.events.EventBus;
import org.apache.james.events.EventListener;
import org.apache.james.events.Group;
import org.apache.james.events.GroupAlreadyRegistered;
import org.apache.james.events.InVMEventBus;
import org.apache.james.events.MemoryEventDeadLetters;
import org.apache.james.events.Registration;
import org.apache.james.events.RetryBackoffConfiguration;
import org.apache.james.events.delivery.InVmEventDelivery;
import org.apache.james.mailbox.events.MailboxIdRegistrationKey;
import org.apache.james.metrics.tests.RecordingMetricFactory;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.understudy.storage.keyspace.MailboxId;
import reactor.core.publisher.Mono;

class HeardEventsTest {
    private static final MailboxIdRegistrationKey INBOX =
            new MailboxIdRegistrationKey(new JamesMailboxId(new MailboxId(1)));
    private static final MailboxIdRegistrationKey OTHER =
            new MailboxIdRegistrationKey(new JamesMailboxId(new MailboxId(2)));

    /** Identifies the listener of this test. */
    private static final class TestGroup extends Group {}

    private static final class Listener implements EventListener.ReactiveGroupEventListener {
        private final List<Event> heard = new ArrayList<>();

        @Override
        public Group getDefaultGroup() {
            return new TestGroup();
        }

        @Override
        public Publisher<Void> reactiveEvent(Event event) {
            heard.add(event);
            return Mono.empty();
        }
    }

    private final EventBus plain = new InVMEventBus(
            new InVmEventDelivery(new RecordingMetricFactory()),
            RetryBackoffConfiguration.DEFAULT,
            new MemoryEventDeadLetters());
    private final EventBus bus = new HeardEvents(plain);

    @Test
    void aKeyIsHeardAsLongAsSomebodyListensForIt() {
        assertThat(HeardEvents.isHeard(bus, INBOX)).isFalse();
        Registration first = registered(INBOX);
        Registration second = registered(INBOX);
        assertThat(HeardEvents.isHeard(bus, INBOX)).isTrue();
        assertThat(HeardEvents.isHeard(bus, OTHER)).isFalse();
        Mono.from(first.unregister()).block();
        assertThat(HeardEvents.isHeard(bus, INBOX)).isTrue();
        Mono.from(second.unregister()).block();
        assertThat(HeardEvents.isHeard(bus, INBOX)).isFalse();
    }

    @Test
    void aGroupHearsEverything() {
        Listener listener = new Listener();
        Registration group = bus.register(listener, listener.getDefaultGroup());
        assertThat(HeardEvents.isHeard(bus, OTHER)).isTrue();
        assertThatThrownBy(() -> bus.register(listener, listener.getDefaultGroup()))
                .isInstanceOf(GroupAlreadyRegistered.class);
        Mono.from(group.unregister()).block();
        assertThat(HeardEvents.isHeard(bus, OTHER)).isFalse();
    }

    @Test
    void ofOtherBusesItIsNotKnown() {
        assertThat(HeardEvents.isHeard(plain, INBOX)).isTrue();
    }

    private Registration registered(MailboxIdRegistrationKey key) {
        return Objects.requireNonNull(Mono.from(bus.register((EventListener.ReactiveEventListener) new Listener(), key))
                .block());
    }
}
