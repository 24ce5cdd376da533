package org.understudy.server.mailbox;

import org.apache.james.core.quota.QuotaLimitValue;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.Mailbox;
import org.apache.james.mailbox.model.QuotaRoot;
import org.apache.james.mailbox.quota.MaxQuotaManager;
import org.apache.james.mailbox.store.quota.QuotaChecker;
import org.apache.james.mailbox.store.quota.QuotaComponents;

/** Lets messages into a mailbox as long as its owner's limits allow. Where there are none, usage is not added up. */
final class QuotaGate {
    private QuotaGate() {}

    /** @throws org.apache.james.mailbox.exception.OverQuotaException if a limit would be passed */
    static void admit(QuotaComponents quotas, Mailbox mailbox, long messages, long octets) throws MailboxException {
        QuotaRoot root = quotas.getQuotaRootResolver().getQuotaRoot(mailbox);
        if (isLimited(quotas.getMaxQuotaManager(), root)) {
            new QuotaChecker(quotas.getQuotaManager().getQuotas(root), root).tryAddition(messages, octets);
        }
    }

    /** Whether anything limits what a root may hold. */
    static boolean isLimited(MaxQuotaManager limits, QuotaRoot root) throws MailboxException {
        MaxQuotaManager.QuotaDetails details = limits.quotaDetails(root);
        return limits(details.getMaxMessageDetails().values())
                || limits(details.getMaxStorageDetails().values());
    }

    private static boolean limits(Iterable<? extends QuotaLimitValue<?>> limits) {
        for (QuotaLimitValue<?> limit : limits) {
            if (limit.isLimited()) {
                return true;
            }
        }
        return false;
    }
}
