package org.understudy.server.imap.fetch;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.james.events.EventBus;
import org.apache.james.imap.api.ImapConstants;
import org.apache.james.imap.api.display.HumanReadableText;
import org.apache.james.imap.api.message.Capability;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.api.process.SelectedMailbox;
import org.apache.james.imap.message.response.VanishedResponse;
import org.apache.james.imap.processor.AbstractMailboxProcessor;
import org.apache.james.imap.processor.EnableProcessor;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.MessageManager;
import org.apache.james.mailbox.MessageUid;
import org.apache.james.mailbox.events.MailboxIdRegistrationKey;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.UpdatedFlags;
import org.apache.james.mailbox.store.event.EventFactory;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.util.MDCBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.server.imap.fetch.FetchItems.Fact;
import org.understudy.server.imap.select.Notices;
import org.understudy.server.imap.select.SelectedView;
import org.understudy.server.mailbox.StoreWords;
import org.understudy.storage.Changes;
import org.understudy.storage.FlagsChange;
import org.understudy.storage.MailStore;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import reactor.core.publisher.Mono;

/** Carries out FETCH and UID FETCH, on the thread of the command. */
public final class FetchCommand extends AbstractMailboxProcessor<FetchOrder> {
    private static final Logger LOG = LoggerFactory.getLogger(FetchCommand.class);
    private static final long LARGE_BODIES = 8L << 20;

    /** UIDs between two changed ones up to which both are read in one go. */
    private static final int GAP = 256;

    private final MailStore store;
    private final EventBus events;
    private final StatusResponseFactory responses;
    private final LargeBodies large = new LargeBodies(LARGE_BODIES);

    public FetchCommand(
            MailStore store,
            MailboxManager mailboxes,
            EventBus events,
            StatusResponseFactory responses,
            MetricFactory metrics) {
        super(FetchOrder.class, mailboxes, responses, metrics);
        this.store = store;
        this.events = events;
        this.responses = responses;
    }

    @Override
    protected MDCBuilder mdc(FetchOrder request) {
        return MDCBuilder.create().addToContext(MDCBuilder.ACTION, "FETCH");
    }

    @Override
    protected Mono<Void> processRequestReactive(FetchOrder request, ImapSession session, Responder responder) {
        return Mono.defer(() -> {
            SelectedMailbox selected = session.getSelected();
            if (selected == null) {
                taggedBad(
                        request,
                        responder,
                        new HumanReadableText("org.understudy.fetch.NOT_SELECTED", "failed. No mailbox is selected."));
                return Mono.empty();
            }
            try {
                return fetch(request, session, selected, responder);
            } catch (MailboxException e) {
                return Mono.error(e);
            }
        });
    }

    private Mono<Void> fetch(FetchOrder request, ImapSession session, SelectedMailbox selected, Responder responder)
            throws MailboxException {
        MailboxSession user = session.getMailboxSession();
        MessageManager mailbox = getMailboxManager().getMailbox(selected.getMailboxId(), user);
        Set<Capability> enabled = EnableProcessor.getEnabledCapabilities(session);
        boolean qresync = enabled.contains(ImapConstants.SUPPORTS_QRESYNC);
        FetchItems asked = request.items();
        if (asked.vanished() && !qresync) {
            taggedBad(request, responder, HumanReadableText.QRESYNC_NOT_ENABLED);
            return Mono.empty();
        }
        FetchItems items = qresync ? asked.with(Fact.UID) : asked;
        if (items.facts().contains(Fact.MODSEQ)) {
            condstoreEnablingCommand(
                    session,
                    responder,
                    mailbox.getMetaData(
                            MessageManager.MailboxMetaData.RecentMode.IGNORE,
                            user,
                            EnumSet.of(MessageManager.MailboxMetaData.Item.HighestModSeq)),
                    true);
        }
        Notices.tellBefore(request.isUseUids(), session, responder);
        UidRuns uids = request.isUseUids()
                ? UidRuns.ofUids(request.getIdSet(), selected)
                : UidRuns.ofNumbers(request.getIdSet(), selected);
        if (uids == null) {
            taggedBad(request, responder, HumanReadableText.INVALID_MESSAGESET);
            return Mono.empty();
        }
        MailboxId id = StoreWords.mailboxId(selected.getMailboxId());
        UidRuns wanted = uids;
        if (items.changedSince() >= 0) {
            Changes changes = store.messages().changesSince(id, items.changedSince());
            if (items.vanished()) {
                vanished(selected, UidRuns.ofUidsPresentOrGone(request.getIdSet()), changes, responder);
            }
            wanted = uids.around(changes.changed(), GAP);
        }
        boolean marks = items.setsSeen() && !isExamined(selected) && isWriteable(mailbox, user);
        FetchPass pass = new FetchPass(
                store,
                id,
                items,
                selected,
                responder,
                marks ? unseen -> mark(mailbox, id, unseen, true, user) : null,
                qresync || enabled.contains(ImapConstants.SUPPORTS_CONDSTORE),
                large);
        pass.run(wanted);
        if (!pass.markedDamaged().isEmpty()) {
            mark(mailbox, id, pass.markedDamaged(), false, user);
        }
        boolean gone = !request.isUseUids() && items.changedSince() < 0 && pass.met() < known(uids, selected);
        Notices.tell(session, responder, request.isUseUids(), request.isUseUids());
        complete(request, pass, gone, responder);
        return Mono.empty();
    }

    private static boolean isExamined(SelectedMailbox selected) {
        return selected instanceof SelectedView view && view.readOnly();
    }

    private static boolean isWriteable(MessageManager mailbox, MailboxSession user) throws MailboxException {
        return mailbox.getMetaData(
                        MessageManager.MailboxMetaData.RecentMode.IGNORE,
                        user,
                        EnumSet.noneOf(MessageManager.MailboxMetaData.Item.class))
                .isWriteable();
    }

    /** How many messages of these runs the session knows; both ends of each run are known. */
    private static long known(UidRuns uids, SelectedMailbox selected) {
        long known = 0;
        for (long[] run : uids.runs()) {
            known += 1L + number(selected, run[1]) - number(selected, run[0]);
        }
        return known;
    }

    private static int number(SelectedMailbox selected, long uid) {
        return selected.msn(MessageUid.of(uid)).foldSilent(() -> 0, number -> number.asInt());
    }

    /** UIDs that this session still shows are told of when it is told that they are gone. */
    private static void vanished(SelectedMailbox selected, UidRuns uids, Changes changes, Responder responder) {
        List<Long> gone = new ArrayList<>();
        for (long uid : changes.vanished()) {
            if (uids.contains(uid) && number(selected, uid) == 0) {
                gone.add(uid);
            }
        }
        if (!gone.isEmpty()) {
            responder.respond(new VanishedResponse(UidRuns.of(gone).toRanges(), true));
        }
    }

    private Map<Long, Long> mark(
            MessageManager mailbox, MailboxId id, List<Long> uids, boolean seen, MailboxSession user) {
        List<FlagsChange> changes = store.messages()
                .updateFlags(
                        id,
                        uids,
                        flags -> seen ? flags.with(Flags.SEEN) : flags.without(Flags.SEEN),
                        StoreWords.author(user));
        Map<Long, Long> modSeqs = new HashMap<>();
        List<UpdatedFlags> told = new ArrayList<>();
        for (FlagsChange change : changes) {
            if (change.changed()) {
                modSeqs.put(change.uid(), change.modSeq());
                told.add(StoreWords.updatedFlags(change));
            }
        }
        if (!told.isEmpty()) {
            tell(mailbox, told, user);
        }
        return modSeqs;
    }

    private void tell(MessageManager mailbox, List<UpdatedFlags> changed, MailboxSession user) {
        try {
            events.dispatch(
                            EventFactory.flagsUpdated()
                                    .randomEventId()
                                    .mailboxSession(user)
                                    .mailbox(mailbox.getMailboxEntity())
                                    .updatedFlags(changed)
                                    .build(),
                            new MailboxIdRegistrationKey(mailbox.getId()))
                    .block();
        } catch (MailboxException e) {
            throw new IllegalStateException("other sessions cannot be told of flags", e);
        }
    }

    private void complete(FetchOrder request, FetchPass pass, boolean gone, Responder responder) {
        if (!pass.damaged().isEmpty()) {
            String words = FetchPass.words(pass.damaged());
            LOG.warn("FETCH left out {}, which cannot be read", words);
            no(
                    request,
                    responder,
                    text("[UNAVAILABLE] failed. " + words
                            + " cannot be read on the server, whose operator has been told; all others were sent."));
        } else if (pass.undecodable()) {
            no(request, responder, text("[UNKNOWN-CTE] failed. A part has an encoding that cannot be undone."));
        } else if (gone) {
            responder.respond(responses.taggedOk(
                    request.getTag(),
                    request.getCommand(),
                    text("[EXPUNGEISSUED] completed. Some messages are gone; NOOP says which.")));
        } else {
            okComplete(request, responder);
        }
    }

    private static HumanReadableText text(String words) {
        return new HumanReadableText("org.understudy.fetch", words);
    }
}
