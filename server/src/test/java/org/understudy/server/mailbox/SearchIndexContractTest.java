package org.understudy.server.mailbox;

import java.util.List;
import java.util.Map;
import org.apache.james.mailbox.model.MailboxId;
import org.apache.james.mailbox.model.MessageId;
import org.apache.james.mailbox.model.SearchQuery;
import org.apache.james.mailbox.store.search.AbstractMessageSearchIndexTest;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Searches. What is left out is named with its reason, and shows as skipped. */
@ExtendWith(SearchIndexContractTest.LeftOut.class)
final class SearchIndexContractTest extends AbstractMessageSearchIndexTest {
    @RegisterExtension
    final StoreUnderTest store = new StoreUnderTest();

    @Override
    protected void awaitMessageCount(List<MailboxId> mailboxIds, SearchQuery query, long messageCount) {
        // The index looks at the messages themselves, so there is nothing to wait for.
    }

    @Override
    protected void initializeMailboxManager() {
        MailboxWiring wiring = store.wiring();
        storeMailboxManager = wiring.mailboxes();
        messageIdManager = wiring.messageIdManager();
        messageSearchIndex = wiring.searchIndex();
        eventBus = wiring.eventBus();
        messageIdFactory = wiring.messageIds();
    }

    @Override
    protected MessageId initNewBasedMessageId() {
        return new StoredMapperProvider(store).generateMessageId();
    }

    @Override
    protected MessageId initOtherBasedMessageId() {
        return new StoredMapperProvider(store).generateMessageId();
    }

    /** Disables those tests of the suite that ask for what the index or the server does not offer. */
    static final class LeftOut implements ExecutionCondition {
        private static final String ATTACHMENTS = "appends store no attachments apart, so none can be searched for";
        private static final String INDEXED_NAMES = "the header 'sentDate' and the sort order exist in indexes only";
        private static final String THREADS = "every message is a thread of its own";
        private static final String RECENT = "\\Recent is known to the session, which passes it with the query";

        private static final Map<String, String> REASONS = Map.ofEntries(
                Map.entry("flagIsSetShouldReturnUidOfMessageMarkedAsRecentWhenUsedWithFlagRecent", RECENT),
                Map.entry("flagIsUnSetShouldReturnUidOfMessageNotMarkedAsRecentWhenUsedWithFlagRecent", RECENT),
                Map.entry("sortOnCcShouldWork", INDEXED_NAMES),
                Map.entry("sortOnFromShouldWork", INDEXED_NAMES),
                Map.entry("headerDateBeforeShouldWork", INDEXED_NAMES),
                Map.entry("headerDateAfterShouldWork", INDEXED_NAMES),
                Map.entry("headerDateOnShouldWork", INDEXED_NAMES),
                Map.entry(
                        "bodyContainsShouldReturnUidOfMessageContainingTheApproximativeText",
                        "only exact text is found"),
                Map.entry("hasAttachmentShouldOnlyReturnMessageThatHasAttachmentWhichAreNotInline", ATTACHMENTS),
                Map.entry("hasNoAttachmenShouldOnlyReturnMessageThatHasNoAttachmentWhichAreNotInline", ATTACHMENTS),
                Map.entry("searchShouldRetrieveMailByAttachmentFileName", ATTACHMENTS),
                Map.entry("searchWithPDFAttachmentShouldReturnMailsWhenAttachmentContentMatches", ATTACHMENTS),
                Map.entry("searchWithTextAttachmentShouldReturnMailsWhenAttachmentContentMatches", ATTACHMENTS),
                Map.entry("mailsContainsShouldIncludeMailHavingAttachmentsMatchingTheRequest", ATTACHMENTS),
                Map.entry("givenAMailInAThreadThenGetThreadShouldReturnAListWithOnlyOneMessageIdInThatThread", THREADS),
                Map.entry("givenTwoDistinctThreadsThenGetThreadShouldNotReturnUnrelatedMails", THREADS),
                Map.entry(
                        "givenThreeMailsInAThreadThenGetThreadShouldReturnAListWithThreeMessageIdsInThatThread",
                        THREADS));

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            String reason = context.getTestMethod()
                    .map(method -> REASONS.get(method.getName()))
                    .orElse(null);
            return reason == null
                    ? ConditionEvaluationResult.enabled("applies")
                    : ConditionEvaluationResult.disabled(reason);
        }
    }
}
