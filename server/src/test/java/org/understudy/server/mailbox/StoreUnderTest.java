package org.understudy.server.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.james.core.Username;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.MailboxSessionUtil;
import org.apache.james.mailbox.manager.ManagerTestProvisionner;
import org.apache.james.mailbox.store.FakeAuthenticator;
import org.apache.james.mailbox.store.FakeAuthorizator;
import org.apache.james.utils.UpdatableTickingClock;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.understudy.storage.MailStore;
import org.understudy.storage.fsck.Fsck;

/**
 * A store in a folder of its own for each test, opened when it is first asked for. After the test it is checked with its
 * bodies, closed and deleted; any finding fails the test.
 */
public final class StoreUnderTest implements AfterEachCallback {
    private record Open(Path folder, MailStore store) {}

    private final UpdatableTickingClock clock = new UpdatableTickingClock(Instant.now());
    private final List<Open> open = new ArrayList<>();

    public MailStore store() {
        if (open.isEmpty()) {
            try {
                Path folder = Files.createTempDirectory("understudy-spi-");
                open.add(new Open(
                        folder, MailStore.open(folder.resolve("store"), new MailStore.Options(32L << 20, clock))));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
        return open.getFirst().store();
    }

    public UpdatableTickingClock clock() {
        return clock;
    }

    public StoredMapperFactory mappers() {
        return new StoredMapperFactory(store());
    }

    public static MailboxSession session(String user) {
        return MailboxSessionUtil.create(Username.of(user));
    }

    public MailboxWiring.Choices choices() {
        return MailboxWiring.Choices.defaults(new Unmeasured()).withClock(clock);
    }

    public MailboxWiring wiring() {
        return wiring(choices());
    }

    public MailboxWiring wiring(MailboxWiring.Choices choices) {
        FakeAuthenticator authenticator = new FakeAuthenticator();
        authenticator.addUser(ManagerTestProvisionner.USER, ManagerTestProvisionner.USER_PASS);
        authenticator.addUser(ManagerTestProvisionner.OTHER_USER, ManagerTestProvisionner.OTHER_USER_PASS);
        return new MailboxWiring(store(), authenticator, FakeAuthorizator.defaultReject(), choices);
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        for (Open each : open) {
            Fsck.Report report = each.store().fsck(Fsck.Depth.BODIES);
            each.store().close();
            try (Stream<Path> files = Files.walk(each.folder())) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
            assertThat(report.findings()).as("fsck after the test").isEmpty();
        }
        open.clear();
    }
}
