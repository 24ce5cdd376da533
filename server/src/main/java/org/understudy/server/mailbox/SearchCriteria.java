package org.understudy.server.mailbox;

import java.io.IOException;
import java.io.StringReader;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.james.mailbox.AttachmentContentLoader;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.MessageUid;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.extractor.TextExtractor;
import org.apache.james.mailbox.model.Header;
import org.apache.james.mailbox.model.SearchQuery;
import org.apache.james.mailbox.model.SearchQuery.Criterion;
import org.apache.james.mailbox.model.SearchQuery.DateOperator;
import org.apache.james.mailbox.model.SearchQuery.DateResolution;
import org.apache.james.mailbox.model.SearchQuery.HeaderCriterion;
import org.apache.james.mailbox.model.SearchQuery.UidCriterion;
import org.apache.james.mailbox.store.ResultUtils;
import org.apache.james.mailbox.store.mail.model.MailboxMessage;
import org.apache.james.mailbox.store.search.MessageSearches;
import org.apache.james.mime4j.dom.datetime.DateTime;
import org.apache.james.mime4j.field.datetime.parser.DateTimeParser;
import org.apache.james.mime4j.field.datetime.parser.ParseException;
import org.apache.james.mime4j.field.datetime.parser.TokenMgrError;

/**
 * James's search criteria, with SENTBEFORE, SENTON and SENTSINCE comparing the date as the header has it, disregarding
 * time and zone (RFC 9051 section 6.4.4), and a UID criterion without ranges meaning all.
 */
final class SearchCriteria extends MessageSearches {
    private final SearchQuery query;

    SearchCriteria(SearchQuery query, TextExtractor text, AttachmentContentLoader attachments, MailboxSession session) {
        super(List.<MailboxMessage>of().iterator(), query, text, attachments, session);
        this.query = query;
    }

    /** Whether the message meets every criterion of the query. */
    boolean match(MailboxMessage message) throws MailboxException {
        for (Criterion criterion : query.getCriteria()) {
            if (!isMatch(criterion, message, query.getRecentMessageUids())) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean isMatch(Criterion criterion, MailboxMessage message, Collection<MessageUid> recent)
            throws MailboxException {
        if (criterion instanceof UidCriterion uids && uids.getOperator().getRange().length == 0) {
            return true;
        }
        if (criterion instanceof HeaderCriterion header
                && header.getOperator() instanceof DateOperator operator
                && operator.getDateResultion() == DateResolution.Day) {
            Optional<LocalDate> sent = dateOf(message, header.getHeaderName());
            return sent.isPresent() && compare(sent.get(), operator);
        }
        return super.isMatch(criterion, message, recent);
    }

    private static boolean compare(LocalDate sent, DateOperator operator) {
        LocalDate asked = LocalDate.ofInstant(operator.getDate().toInstant(), ZoneOffset.UTC);
        return switch (operator.getType()) {
            case BEFORE -> sent.isBefore(asked);
            case AFTER -> sent.isAfter(asked);
            case ON -> sent.isEqual(asked);
        };
    }

    private static Optional<LocalDate> dateOf(MailboxMessage message, String name) throws MailboxException {
        try {
            for (Header header : ResultUtils.createHeaders(message)) {
                if (header.getName().equalsIgnoreCase(name)) {
                    return parse(header.getValue());
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new MailboxException("the header of a message cannot be read: " + e.getMessage(), e);
        }
    }

    /** The date as written, or empty where the value is no date of RFC 5322. */
    private static Optional<LocalDate> parse(String value) {
        try {
            DateTime date = new DateTimeParser(new StringReader(value.trim())).parseAll();
            return Optional.of(LocalDate.of(date.getYear(), date.getMonth(), date.getDay()));
        } catch (ParseException | TokenMgrError | DateTimeException e) {
            return Optional.empty();
        }
    }
}
