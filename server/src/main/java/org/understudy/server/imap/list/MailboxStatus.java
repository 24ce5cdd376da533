package org.understudy.server.imap.list;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.james.imap.api.ImapConstants;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.processor.EnableProcessor;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.MessageManager;
import org.apache.james.mailbox.MessageManager.MailboxMetaData;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.FetchGroup;
import org.apache.james.mailbox.model.MailboxACL;
import org.apache.james.mailbox.model.MessageRange;
import org.apache.james.mailbox.model.MessageResult;
import org.understudy.server.imap.grammar.MailboxName;
import org.understudy.server.imap.grammar.Untagged;
import org.understudy.server.mailbox.CountedMailbox;
import reactor.core.publisher.Flux;

/** Says what STATUS items are of a mailbox, for STATUS and for LIST (RFC 5819). */
final class MailboxStatus {
    private final MailboxManager mailboxes;
    private final long appendLimit;

    /** @param appendLimit the largest message that a client may send, in octets (RFC 7889) */
    MailboxStatus(MailboxManager mailboxes, long appendLimit) {
        this.mailboxes = mailboxes;
        this.appendLimit = appendLimit;
    }

    /**
     * The untagged STATUS response; empty where the user may not read the mailbox.
     *
     * @param shown the mailbox's name for the client
     */
    Optional<Untagged> of(MessageManager mailbox, String shown, EnumSet<StatusItem> items, ImapSession imap)
            throws MailboxException {
        MailboxSession session = imap.getMailboxSession();
        if (!mailboxes.hasRight(mailbox.getId(), MailboxACL.Right.Read, session)) {
            return Optional.empty();
        }
        if (items.contains(StatusItem.HIGHESTMODSEQ)) {
            EnableProcessor.getEnabledCapabilities(imap).add(ImapConstants.SUPPORTS_CONDSTORE);
        }
        MailboxMetaData data = mailbox.getMetaDataReactive(
                        items.contains(StatusItem.RECENT)
                                ? MailboxMetaData.RecentMode.RETRIEVE
                                : MailboxMetaData.RecentMode.IGNORE,
                        session,
                        asked(items))
                .block();
        if (data == null) {
            throw new MailboxException("a mailbox has no counters");
        }
        List<String> told = new ArrayList<>();
        Deleted deleted = new Deleted(mailbox, session, items);
        for (StatusItem item : items) {
            String value = switch (item) {
                case MESSAGES -> Long.toString(data.getMessageCount());
                case RECENT -> Long.toString(data.countRecent());
                case UIDNEXT -> Long.toString(data.getUidNext().asLong());
                case UIDVALIDITY -> Long.toString(data.getUidValidity().asLong());
                case UNSEEN -> Long.toString(data.getUnseenCount());
                case DELETED -> Long.toString(deleted.count);
                case DELETED_STORAGE -> Long.toString(deleted.octets);
                case SIZE -> Long.toString(size(mailbox, session));
                case HIGHESTMODSEQ ->
                    Long.toString(Math.max(1, data.getHighestModSeq().asLong()));
                case APPENDLIMIT -> Long.toString(appendLimit);
                case MAILBOXID -> "(" + mailbox.getId().serialize() + ")";
            };
            told.add(item.word() + " " + value);
        }
        return Optional.of(new Untagged("* STATUS ", MailboxName.usesUtf8(imap))
                .name(shown)
                .text(" (" + String.join(" ", told) + ")"));
    }

    private static EnumSet<MailboxMetaData.Item> asked(EnumSet<StatusItem> items) {
        EnumSet<MailboxMetaData.Item> asked =
                EnumSet.of(MailboxMetaData.Item.MailboxCounters, MailboxMetaData.Item.NextUid);
        if (items.contains(StatusItem.HIGHESTMODSEQ)) {
            asked.add(MailboxMetaData.Item.HighestModSeq);
        }
        return asked;
    }

    private static long size(MessageManager mailbox, MailboxSession session) {
        if (mailbox instanceof CountedMailbox counted) {
            return counted.octets();
        }
        Long size = Flux.from(mailbox.getMessagesReactive(MessageRange.all(), FetchGroup.MINIMAL, session))
                .map(MessageResult::getSize)
                .reduce(0L, Long::sum)
                .block();
        return size == null ? 0 : size;
    }

    /** The messages that are marked {@code \Deleted}, counted where that is asked for. */
    private static final class Deleted {
        private static final Set<StatusItem> ITEMS = EnumSet.of(StatusItem.DELETED, StatusItem.DELETED_STORAGE);

        private long count;
        private long octets;

        Deleted(MessageManager mailbox, MailboxSession session, EnumSet<StatusItem> items) {
            if (items.stream().noneMatch(ITEMS::contains)) {
                return;
            }
            Flux.from(mailbox.getMessagesReactive(MessageRange.all(), FetchGroup.MINIMAL, session))
                    .filter(message -> message.getFlags().contains(javax.mail.Flags.Flag.DELETED))
                    .doOnNext(message -> {
                        count++;
                        octets += message.getSize();
                    })
                    .blockLast();
        }
    }
}
