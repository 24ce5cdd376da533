package org.understudy.server.imap.search;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.api.process.SelectedMailbox;
import org.apache.james.imap.processor.AbstractMailboxProcessor;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.MessageManager;
import org.apache.james.mailbox.MessageManager.MailboxMetaData;
import org.apache.james.mailbox.MessageManager.MailboxMetaData.RecentMode;
import org.apache.james.mailbox.MessageUid;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.util.MDCBuilder;
import org.understudy.server.imap.EndableSession;
import org.understudy.server.imap.search.SearchRequest.Aim;
import org.understudy.server.imap.search.SearchRequest.Return;
import org.understudy.server.imap.select.Notices;
import org.understudy.server.mailbox.JamesMailboxId;
import org.understudy.server.search.Criterion;
import org.understudy.server.search.MailSearch;
import org.understudy.server.search.MailSearch.Found;
import org.understudy.server.search.MailSearch.FoundThreads;
import org.understudy.server.search.SearchInterruptedException;
import org.understudy.storage.keyspace.MailboxId;
import reactor.core.publisher.Mono;

/** SEARCH, SORT and THREAD, in the turn of the connection. A search whose client has gone is broken off. */
public final class SearchCommand extends AbstractMailboxProcessor<SearchRequest> {
    private final MailSearch search;

    public SearchCommand(
            MailSearch search, MailboxManager mailboxes, StatusResponseFactory responses, MetricFactory metrics) {
        super(SearchRequest.class, mailboxes, responses, metrics);
        this.search = search;
    }

    @Override
    protected Mono<Void> processRequestReactive(SearchRequest request, ImapSession session, Responder responder) {
        return getSelectedMailboxReactive(session)
                .flatMap(mailbox -> Mono.defer(() -> {
                    SelectedMailbox selected = session.getSelected();
                    if (selected == null) {
                        return Mono.error(new MailboxException("no mailbox is selected"));
                    }
                    Notices.tellBefore(request.uids(), session, responder);
                    try {
                        answer(request, session, selected, mailbox, responder);
                    } catch (SearchInterruptedException e) {
                        return session.logout();
                    }
                    Notices.tell(session, responder, request.uids(), request.uids());
                    okComplete(request, responder);
                    return Mono.empty();
                }));
    }

    private void answer(
            SearchRequest request,
            ImapSession session,
            SelectedMailbox selected,
            MessageManager mailbox,
            Responder responder) {
        MailboxId id = JamesMailboxId.unwrap(selected.getMailboxId());
        BooleanSupplier nobodyWaits = () -> session instanceof EndableSession connection && connection.clientGone();
        Criterion criterion = request.criterion();
        boolean modSeq = Criterion.asksModSeq(criterion);
        if (modSeq) {
            enableCondstore(session, responder, mailbox);
        }
        List<Long> unreadable;
        switch (request.aim()) {
            case Aim.Search search1 -> {
                Found found = search.search(id, criterion, nobodyWaits);
                listed("SEARCH", request, session, selected, found, modSeq, responder);
                unreadable = found.unreadable();
            }
            case Aim.Sort(var keys) -> {
                Found found = search.sort(id, criterion, keys, nobodyWaits);
                listed("SORT", request, session, selected, found, modSeq, responder);
                unreadable = found.unreadable();
            }
            case Aim.Threads(var threading) -> {
                FoundThreads found = search.thread(id, criterion, threading, nobodyWaits);
                responder.respond(
                        Answers.threads(found.threads(), uid -> request.uids() ? uid : number(selected, uid)));
                unreadable = found.unreadable();
            }
        }
        if (!unreadable.isEmpty()) {
            responder.respond(Answers.unreadable(unreadable));
        }
    }

    private static void listed(
            String name,
            SearchRequest request,
            ImapSession session,
            SelectedMailbox selected,
            Found found,
            boolean modSeq,
            Responder responder) {
        long[] numbers = new long[found.uids().length];
        long[] uids = new long[numbers.length];
        long[] modSeqs = new long[numbers.length];
        int size = 0;
        for (int i = 0; i < numbers.length; i++) {
            long uid = found.uids()[i];
            long number = request.uids() ? uid : number(selected, uid);
            if (number > 0) {
                uids[size] = uid;
                modSeqs[size] = found.modSeqs()[i];
                numbers[size++] = number;
            }
        }
        boolean[] told = told(request, size);
        if (request.returns(Return.SAVE)) {
            long[] saved = new long[size];
            int count = 0;
            for (int i = 0; i < size; i++) {
                if (told[i]) {
                    saved[count++] = uids[i];
                }
            }
            saved = Arrays.copyOf(saved, count);
            Arrays.sort(saved);
            SavedSearch.save(session, saved);
        }
        long highest = 0;
        for (int i = 0; modSeq && i < size; i++) {
            highest = told[i] ? Math.max(highest, modSeqs[i]) : highest;
        }
        long[] shown = Arrays.copyOf(numbers, size);
        if (request.wantsExtended()) {
            responder.respond(Answers.extended(request, shown, highest));
        } else if (!request.returns(Return.SAVE)) {
            responder.respond(Answers.plain(name, shown, highest));
        }
    }

    /**
     * Which of the messages found the answer is about: all, but the first and the last only where nothing else is asked for
     * than MIN and MAX (RFC 5182 section 2.4 for SAVE, RFC 7162 section 3.1.10 for MODSEQ).
     */
    private static boolean[] told(SearchRequest request, int size) {
        boolean[] told = new boolean[size];
        boolean min = request.returns(Return.MIN);
        boolean max = request.returns(Return.MAX);
        if ((min || max) && !request.returns(Return.ALL) && !request.returns(Return.COUNT)) {
            if (size > 0) {
                told[0] |= min;
                told[size - 1] |= max;
            }
        } else {
            Arrays.fill(told, true);
        }
        return told;
    }

    /** 0 for a message that the client has not been told of. */
    private static long number(SelectedMailbox selected, long uid) {
        long[] number = new long[1];
        selected.msn(MessageUid.of(uid)).ifPresent(known -> number[0] = known.asInt());
        return number[0];
    }

    private void enableCondstore(ImapSession session, Responder responder, MessageManager mailbox) {
        try {
            MailboxMetaData data = mailbox.getMetaDataReactive(
                            RecentMode.IGNORE,
                            session.getMailboxSession(),
                            EnumSet.of(MailboxMetaData.Item.HighestModSeq))
                    .block();
            if (data != null) {
                condstoreEnablingCommand(session, responder, data, true);
            }
        } catch (MailboxException e) {
            throw new IllegalStateException("the highest MODSEQ cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    protected MDCBuilder mdc(SearchRequest request) {
        return MDCBuilder.create()
                .addToContext(MDCBuilder.ACTION, request.getCommand().getName());
    }
}
