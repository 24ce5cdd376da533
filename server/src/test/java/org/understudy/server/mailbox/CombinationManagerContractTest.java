package org.understudy.server.mailbox;

import org.apache.james.mailbox.store.AbstractCombinationManagerTest;
import org.apache.james.mailbox.store.CombinationManagerTestSystem;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Mailbox manager and message id manager together. */
final class CombinationManagerContractTest extends AbstractCombinationManagerTest {
    @RegisterExtension
    final StoreUnderTest store = new StoreUnderTest();

    @Override
    protected CombinationManagerTestSystem createTestingData() {
        return new StoredTestSystem(store.wiring());
    }
}
