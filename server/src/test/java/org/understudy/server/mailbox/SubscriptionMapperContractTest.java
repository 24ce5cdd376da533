package org.understudy.server.mailbox;

import org.apache.james.mailbox.store.user.SubscriptionMapper;
import org.apache.james.mailbox.store.user.SubscriptionMapperTest;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Subscriptions. */
final class SubscriptionMapperContractTest extends SubscriptionMapperTest {
    @RegisterExtension
    final StoreUnderTest store = new StoreUnderTest();

    @Override
    protected SubscriptionMapper createSubscriptionMapper() {
        return store.mappers().createSubscriptionMapper(StoreUnderTest.session("user"));
    }
}
