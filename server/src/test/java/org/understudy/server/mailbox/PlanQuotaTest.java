package org.understudy.server.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.james.core.Domain;
import org.apache.james.core.Username;
import org.apache.james.core.quota.QuotaCountLimit;
import org.apache.james.core.quota.QuotaSizeLimit;
import org.apache.james.mailbox.model.MailboxConstants;
import org.apache.james.mailbox.model.Quota;
import org.apache.james.mailbox.model.QuotaRoot;
import org.apache.james.mailbox.store.quota.DefaultUserQuotaRootResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.understudy.restore.merge.LiveState;
import org.understudy.restore.plan.LiveView;
import org.understudy.storage.MailStore;

/** The planner of restores sees the limits that the server holds its users to. */
class PlanQuotaTest {
    @TempDir
    Path folder;

    private static QuotaRoot rootOf(String user) {
        Username name = Username.of(user);
        return QuotaRoot.quotaRoot(
                MailboxConstants.USER_NAMESPACE + DefaultUserQuotaRootResolver.SEPARATOR + name.asString(),
                name.getDomainPart());
    }

    @Test
    void theUsersOwnLimitGoesBeforeTheDomainsAndThatBeforeTheLimitOfAll() {
        try (MailStore store = MailStore.open(folder.resolve("store"), MailStore.Options.defaults())) {
            StoredQuotaLimits limits = new StoredQuotaLimits(store.quotaLimits());
            LiveState live = new LiveState(store);
            String user = "anna@example.org";
            assertThat(live.quota(user)).isEqualTo(new LiveView.Quota(0, 0, -1, -1));
            limits.setGlobalMaxStorage(QuotaSizeLimit.size(1_000));
            limits.setGlobalMaxMessage(QuotaCountLimit.count(10));
            assertThat(live.quota(user)).isEqualTo(new LiveView.Quota(0, 0, 10, 1_000));
            limits.setDomainMaxStorage(Domain.of("example.org"), QuotaSizeLimit.size(2_000));
            assertThat(live.quota(user)).isEqualTo(new LiveView.Quota(0, 0, 10, 2_000));
            limits.setMaxStorage(rootOf(user), QuotaSizeLimit.unlimited());
            limits.setMaxMessage(rootOf(user), QuotaCountLimit.count(7));
            assertThat(live.quota(user)).isEqualTo(new LiveView.Quota(0, 0, 7, -1));
            assertThat(live.quota("bruno")).isEqualTo(new LiveView.Quota(0, 0, 10, 1_000));
            assertThat(limits.listMaxMessagesDetails(rootOf(user)))
                    .containsEntry(Quota.Scope.User, QuotaCountLimit.count(7));
        }
    }
}
