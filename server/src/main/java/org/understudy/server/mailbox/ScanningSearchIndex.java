package org.understudy.server.mailbox;

import com.google.common.collect.Lists;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.apache.james.mailbox.AttachmentContentLoader;
import org.apache.james.mailbox.MailboxManager.MessageCapabilities;
import org.apache.james.mailbox.MailboxManager.SearchCapabilities;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.MessageUid;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.extractor.TextExtractor;
import org.apache.james.mailbox.model.Mailbox;
import org.apache.james.mailbox.model.MailboxId;
import org.apache.james.mailbox.model.MessageId;
import org.apache.james.mailbox.model.SearchQuery;
import org.apache.james.mailbox.model.SearchQuery.ConjunctionCriterion;
import org.apache.james.mailbox.model.SearchQuery.Criterion;
import org.apache.james.mailbox.model.SearchQuery.UidCriterion;
import org.apache.james.mailbox.model.SearchQuery.UidRange;
import org.apache.james.mailbox.store.mail.MessageMapper.FetchType;
import org.apache.james.mailbox.store.mail.model.MailboxMessage;
import org.apache.james.mailbox.store.search.MessageSearchIndex;
import org.apache.james.mailbox.store.search.comparator.CombinedComparator;
import org.understudy.storage.MailStore;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Searches by looking at the messages, in UID order, as late and as little as the criteria allow: flags, UIDs, sizes and
 * dates come from the packed rows, header criteria read header blocks, and only text criteria read bodies. UID ranges
 * narrow the walk where every match must lie in them.
 */
final class ScanningSearchIndex implements MessageSearchIndex {
    private final MailStore store;
    private final TextExtractor textExtractor;
    private final AttachmentContentLoader attachments;

    ScanningSearchIndex(MailStore store, TextExtractor textExtractor, AttachmentContentLoader attachments) {
        this.store = store;
        this.textExtractor = textExtractor;
        this.attachments = attachments;
    }

    @Override
    public EnumSet<SearchCapabilities> getSupportedCapabilities(EnumSet<MessageCapabilities> messageCapabilities) {
        return EnumSet.of(
                SearchCapabilities.MultimailboxSearch,
                SearchCapabilities.Text,
                SearchCapabilities.Attachment,
                SearchCapabilities.PartialEmailMatch,
                SearchCapabilities.AttachmentFileName);
    }

    @Override
    public Flux<MessageUid> search(MailboxSession session, Mailbox mailbox, SearchQuery query) {
        if (session == null) {
            throw new IllegalArgumentException("'session' is mandatory");
        }
        return Mono.fromCallable(() -> matches(session, List.of(JamesMailboxId.unwrap(mailbox.getMailboxId())), query))
                .flatMapIterable(list -> list)
                .map(SearchResult::getMessageUid);
    }

    @Override
    public Flux<MessageId> search(
            MailboxSession session, Collection<MailboxId> mailboxes, SearchQuery query, long limit) {
        if (session == null) {
            throw new IllegalArgumentException("'session' is mandatory");
        }
        return Mono.fromCallable(() -> matches(
                        session, mailboxes.stream().map(JamesMailboxId::unwrap).toList(), query))
                .flatMapIterable(list -> list)
                .map(result -> result.getMessageId().orElseThrow())
                .distinct()
                .take(limit);
    }

    private List<SearchResult> matches(
            MailboxSession session, List<org.understudy.storage.keyspace.MailboxId> mailboxes, SearchQuery query)
            throws MailboxException {
        List<MailboxMessage> found = new ArrayList<>();
        SearchCriteria criteria = new SearchCriteria(query, textExtractor, attachments, session);
        for (org.understudy.storage.keyspace.MailboxId mailbox : mailboxes) {
            for (UidRange range : ranges(query.getCriteria())) {
                StoredMessages walk = StoreCalls.on(
                        mailbox.toString(),
                        () -> new StoredMessages(
                                store,
                                mailbox,
                                Math.max(1, range.getLowValue().asLong()),
                                Math.min(range.getHighValue().asLong(), JamesModel.LAST_UID),
                                FetchType.FULL,
                                0));
                while (walk.hasNext()) {
                    StoredMessage message = walk.next();
                    if (criteria.match(message)) {
                        found.add(message);
                    }
                }
            }
        }
        found.sort(CombinedComparator.create(query.getSorts()));
        return Lists.transform(
                found,
                message -> new SearchResult(
                        Optional.of(message.getMessageId()), message.getMailboxId(), message.getUid()));
    }

    /** Ascending ranges without overlap outside which nothing can match. */
    private static List<UidRange> ranges(List<Criterion> criteria) {
        for (Criterion criterion : criteria) {
            if (criterion instanceof UidCriterion uids && uids.getOperator().getRange().length > 0) {
                return merged(uids.getOperator().getRange());
            }
            if (criterion instanceof ConjunctionCriterion all && all.getType() == SearchQuery.Conjunction.AND) {
                List<UidRange> inner = ranges(all.getCriteria());
                if (inner.size() != 1 || !inner.getFirst().equals(everything())) {
                    return inner;
                }
            }
        }
        return List.of(everything());
    }

    private static List<UidRange> merged(UidRange[] given) {
        List<UidRange> sorted = new ArrayList<>(List.of(given));
        sorted.sort(Comparator.comparing(UidRange::getLowValue));
        List<UidRange> result = new ArrayList<>();
        for (UidRange range : sorted) {
            UidRange last = result.isEmpty() ? null : result.getLast();
            if (last != null && range.getLowValue().compareTo(last.getHighValue()) <= 0) {
                MessageUid high = range.getHighValue().compareTo(last.getHighValue()) > 0
                        ? range.getHighValue()
                        : last.getHighValue();
                result.set(result.size() - 1, new UidRange(last.getLowValue(), high));
            } else {
                result.add(range);
            }
        }
        return result;
    }

    private static UidRange everything() {
        return new UidRange(MessageUid.MIN_VALUE, MessageUid.MAX_VALUE);
    }
}
