package org.understudy.server.imap.select;

import org.apache.james.imap.api.ImapConstants;
import org.apache.james.imap.api.display.HumanReadableText;
import org.apache.james.imap.api.message.response.StatusResponse.ResponseCode;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.api.process.SearchResUtil;
import org.apache.james.imap.api.process.SelectedMailbox;
import org.apache.james.imap.main.PathConverter;
import org.apache.james.imap.message.request.AbstractMailboxSelectionRequest;
import org.apache.james.imap.message.request.ExamineRequest;
import org.apache.james.imap.message.request.SelectRequest;
import org.apache.james.imap.processor.EnableProcessor;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.MessageManager;
import org.apache.james.mailbox.exception.InsufficientRightsException;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.MailboxACL;
import org.jspecify.annotations.Nullable;
import org.understudy.server.mailbox.BulkMailbox;
import org.understudy.server.mailbox.JamesMailboxId;
import org.understudy.storage.MailStore;
import org.understudy.storage.MailboxSummary;
import org.understudy.storage.UidRanges;
import org.understudy.storage.keyspace.Author;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxRow;

/**
 * SELECT and EXAMINE (RFC 9051 sections 6.3.2 and 6.3.3, RFC 7162 section 3.2.5): counters and sets of UIDs come from the
 * mailbox's summary, so that the size of the mailbox does not matter when it has been asked for before.
 */
final class SelectCommand<R extends AbstractMailboxSelectionRequest> extends Command<R> {
    private final MailboxNews news;
    private final MailboxManager mailboxes;
    private final boolean examine;

    private SelectCommand(
            Class<R> request,
            MailboxNews news,
            MailboxManager mailboxes,
            StatusResponseFactory responses,
            boolean examine) {
        super(request, responses);
        this.news = news;
        this.mailboxes = mailboxes;
        this.examine = examine;
    }

    static SelectCommand<SelectRequest> select(
            MailboxNews news, MailboxManager mailboxes, StatusResponseFactory responses) {
        return new SelectCommand<>(SelectRequest.class, news, mailboxes, responses, false);
    }

    static SelectCommand<ExamineRequest> examine(
            MailboxNews news, MailboxManager mailboxes, StatusResponseFactory responses) {
        return new SelectCommand<>(ExamineRequest.class, news, mailboxes, responses, true);
    }

    @Override
    void run(R request, ImapSession session, Responder out) throws MailboxException {
        boolean resync = !request.getLastKnownUidValidity().isUnknown();
        if (resync && !Notices.enabled(session, ImapConstants.SUPPORTS_QRESYNC)) {
            bad(request, out, HumanReadableText.QRESYNC_NOT_ENABLED);
            return;
        }
        SelectedMailbox before = session.getSelected();
        if (before != null) {
            session.deselect().block();
            if (Notices.enabled(session, ImapConstants.SUPPORTS_QRESYNC)) {
                out.respond(new Lines().line("* OK [CLOSED] The mailbox selected before is closed."));
            }
        }
        MailboxSession user = session.getMailboxSession();
        MessageManager mailbox =
                mailboxes.getMailbox(PathConverter.forSession(session).buildFullPath(request.getMailboxName()), user);
        if (!mailboxes.hasRight(mailbox.getMailboxEntity(), MailboxACL.Right.Read, user)) {
            throw new InsufficientRightsException("reading needs the right r (RFC 4314)");
        }
        boolean writeable = BulkMailbox.of(mailbox, user).isWriteable();
        JamesMailboxId id = new JamesMailboxId(JamesMailboxId.unwrap(mailbox.getId()));
        Opened opened = new Opened(id.id(), writeable && !examine, user);
        SelectedView view = SelectedView.open(news, mailboxes, user, id, examine || !writeable, opened::summaryAtFirst);
        session.selected(view).block();
        SearchResUtil.resetSavedSequenceSet(session);
        if (request.getCondstore() || resync) {
            EnableProcessor.getEnabledCapabilities(session).add(ImapConstants.SUPPORTS_CONDSTORE);
        }
        if (before instanceof SelectedView last && last.mailbox().equals(id.id())) {
            view.inheritRecent(last);
        }
        MailboxSummary summary = opened.summary();
        Lines lines = new Lines();
        describe(view, summary, uidValidity(id.id()), mailbox.getPermanentFlags(user), lines);
        boolean same = resync
                && request.getLastKnownUidValidity()
                        .correspondsTo(mailbox.getMailboxEntity().getUidValidity());
        if (same) {
            new Resync(request, view, summary.state()).tell(session, lines, out);
        }
        Notices.send(lines, out);
        ok(
                request,
                out,
                resync && !same ? HumanReadableText.QRESYNC_UIDVALIDITY_MISMATCH : HumanReadableText.SELECT,
                writeable && !examine ? ResponseCode.readWrite() : ResponseCode.readOnly());
    }

    private long uidValidity(MailboxId id) throws MailboxException {
        return news.store()
                .mailboxes()
                .find(id)
                .map(MailboxRow::uidValidity)
                .orElseThrow(() -> new org.apache.james.mailbox.exception.MailboxNotFoundException(id.toString()));
    }

    private static void describe(
            SelectedView view, MailboxSummary summary, long uidValidity, javax.mail.Flags permanent, Lines lines) {
        UidRanges uids = view.uids();
        lines.add("* OK [MAILBOXID (").add(view.mailbox().value()).line(")] Ok");
        Notices.flags(view, lines);
        lines.add("* ").add(uids.size()).line(" EXISTS");
        lines.add("* ").add(view.recentCount()).line(" RECENT");
        lines.add("* OK [UIDVALIDITY ").add(uidValidity).line("] UIDs valid");
        if (!summary.unseen().isEmpty()) {
            int first = uids.positionOf(summary.unseen().first());
            lines.add("* OK [UNSEEN ")
                    .add(first)
                    .add("] MailboxMessage ")
                    .add(first)
                    .line(" is first unseen");
        }
        Notices.permanentFlags(view, permanent, lines);
        Notices.highestModSeq(summary.state().highestModSeq(), lines);
        lines.add("* OK [UIDNEXT ").add(summary.state().uidNext()).line("] Predicted next UID");
    }

    /** What a mailbox is like when it is opened, after what opening it changes. */
    private final class Opened {
        private final MailboxId id;
        private final boolean writeable;
        private final Author author;
        private @Nullable MailboxSummary summary;

        Opened(MailboxId id, boolean writeable, MailboxSession user) {
            this.id = id;
            this.writeable = writeable;
            this.author = new Author.Session(
                    user.getUser().asString(), Long.toString(user.getSessionId().getValue()));
        }

        MailboxSummary summary() {
            MailboxSummary present = summary;
            if (present == null) {
                throw new IllegalStateException("the mailbox has not been opened");
            }
            return present;
        }

        /**
         * Takes {@code \Recent} away where the session may write, and gives a mailbox that was never changed a
         * HIGHESTMODSEQ, which must not be 0 (RFC 7162 section 7); what is told then still has both.
         */
        MailboxSummary summaryAtFirst() {
            MailStore store = news.store();
            MailboxSummary found = store.messages().summary(id);
            summary = found;
            if (!writeable) {
                return found;
            }
            UidRanges recent = found.recent();
            if (found.state().highestModSeq() == 0) {
                store.mailboxes().begin(id, author);
                found = store.messages().summary(id);
            }
            if (!recent.isEmpty()) {
                java.util.List<Long> uids = new java.util.ArrayList<>(recent.size());
                for (long uid : recent.toArray()) {
                    uids.add(uid);
                }
                store.messages()
                        .updateFlags(
                                id,
                                uids,
                                present -> present.flags().has(Flags.RECENT),
                                flags -> flags.without(Flags.RECENT),
                                author,
                                changes -> java.util.List.of());
                found = store.messages().summary(id);
            }
            summary = found;
            return new MailboxSummary(
                    found.state(), found.uids(), found.unseen(), recent.and(found.uids()), found.deleted());
        }
    }
}
