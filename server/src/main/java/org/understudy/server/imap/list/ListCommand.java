package org.understudy.server.imap.list;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.SubscriptionManager;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.model.MailboxAnnotation;
import org.apache.james.mailbox.model.MailboxAnnotationKey;
import org.apache.james.mailbox.model.MailboxMetaData;
import org.apache.james.metrics.api.MetricFactory;
import org.understudy.server.imap.grammar.Ending;
import org.understudy.server.imap.grammar.MailboxName;
import org.understudy.server.imap.grammar.OwnCommand;
import org.understudy.server.imap.grammar.Untagged;
import org.understudy.server.imap.list.Requests.Return;
import org.understudy.server.imap.list.Requests.Select;
import org.understudy.server.imap.list.Requests.Wanted;

/**
 * LIST with selection and return options (RFC 5258, RFC 9051 section 6.3.9). {@code \HasChildren} and special uses are said
 * of every mailbox, asked for or not, as both RFCs allow.
 */
final class ListCommand extends OwnCommand<Requests.ListMailboxes> {
    private static final String PRIVATE = "#private";

    private final MailboxManager mailboxes;
    private final SubscriptionManager subscriptions;
    private final MailboxStatus status;

    ListCommand(
            MailboxManager mailboxes,
            SubscriptionManager subscriptions,
            MailboxStatus status,
            StatusResponseFactory responses,
            MetricFactory metrics) {
        super(Requests.ListMailboxes.class, mailboxes, responses, metrics);
        this.mailboxes = mailboxes;
        this.subscriptions = subscriptions;
        this.status = status;
    }

    @Override
    protected Ending run(Requests.ListMailboxes request, ImapSession session, Responder responder)
            throws MailboxException {
        Wanted wanted = request.wanted();
        char delimiter = session.getMailboxSession().getPathDelimiter();
        boolean utf8 = MailboxName.usesUtf8(session);
        if (wanted.patterns().equals(List.of("")) && wanted.select().isEmpty()) {
            int end = wanted.reference().indexOf(delimiter);
            String root = !wanted.reference().startsWith("#")
                    ? ""
                    : end < 0 ? wanted.reference() : wanted.reference().substring(0, end);
            responder.respond(new Untagged("* LIST (\\Noselect) \"" + delimiter + "\" ", utf8).name(root));
            return Ending.ok();
        }
        boolean absolute =
                wanted.reference().equals(PRIVATE) || wanted.reference().startsWith(PRIVATE + delimiter);
        new Run(wanted, absolute ? PRIVATE + delimiter : "", session, responder).answer();
        return Ending.ok();
    }

    /** One listing. */
    private final class Run {
        private final Wanted wanted;
        private final String prefix;
        private final ImapSession imap;
        private final MailboxSession session;
        private final Responder responder;
        private final List<Pattern> patterns = new ArrayList<>();
        private final Listing listing;
        private final SpecialUses uses;

        /** @param prefix what names begin with, so that they can be used as they are shown */
        Run(Wanted wanted, String prefix, ImapSession imap, Responder responder) throws MailboxException {
            this.wanted = wanted;
            this.prefix = prefix;
            this.imap = imap;
            this.session = imap.getMailboxSession();
            this.responder = responder;
            this.listing = Listing.read(mailboxes, subscriptions, session);
            this.uses = SpecialUses.of(listing.paths(), mailboxes, session);
            String reference = wanted.reference().length() >= prefix.length() && !prefix.isEmpty()
                    ? wanted.reference().substring(prefix.length())
                    : prefix.isEmpty() ? wanted.reference() : "";
            for (String pattern : wanted.patterns()) {
                boolean own = pattern.startsWith(PRIVATE + session.getPathDelimiter());
                patterns.add(new Pattern(
                        own ? pattern.substring(PRIVATE.length() + 1) : reference + pattern,
                        session.getPathDelimiter()));
            }
        }

        void answer() throws MailboxException {
            Predicate<String> criterion = criterion();
            boolean recursive = wanted.select().contains(Select.RECURSIVEMATCH);
            for (String name : candidates()) {
                boolean matches = patterns.stream().anyMatch(pattern -> pattern.matches(name));
                if (!matches) {
                    continue;
                }
                boolean itself = criterion.test(name);
                boolean below = recursive && hasBelow(name, criterion, itself);
                if (itself || below) {
                    tell(name, below);
                }
            }
        }

        /** Which names are wanted; levels that are no mailboxes are, where a pattern asks for levels. */
        private Predicate<String> criterion() {
            EnumSet<Select> select = wanted.select();
            Predicate<String> all = name -> true;
            if (select.contains(Select.SUBSCRIBED)) {
                all = all.and(listing.subscribed()::contains);
            }
            if (select.contains(Select.SPECIAL_USE)) {
                all = all.and(name -> !uses.of(name).isEmpty());
            }
            return all;
        }

        private Set<String> candidates() {
            SortedSet<String> names = new TreeSet<>(Listing::inboxFirst);
            names.addAll(listing.mailboxes().keySet());
            boolean choosing = wanted.select().contains(Select.SUBSCRIBED);
            if (choosing) {
                names.addAll(listing.subscribed());
            }
            if (wanted.select().contains(Select.RECURSIVEMATCH)) {
                names.addAll(listing.levels(new LinkedHashSet<>(names)));
            } else if (patterns.stream().anyMatch(Pattern::listsLevels)) {
                names.addAll(listing.levels(listing.mailboxes().keySet()));
            }
            return names;
        }

        /**
         * Whether a name below meets the criterion; of a name that does not meet it itself, only one that is not listed
         * anyway (RFC 5258 section 3.5).
         */
        private boolean hasBelow(String name, Predicate<String> criterion, boolean itself) {
            String start = name + session.getPathDelimiter();
            SortedSet<String> names = new TreeSet<>(listing.mailboxes().keySet());
            names.addAll(listing.subscribed());
            for (String below : names.tailSet(start)) {
                if (!below.startsWith(start)) {
                    return false;
                }
                boolean told = !itself
                        && !listing.exists(name)
                        && patterns.stream().anyMatch(pattern -> pattern.matches(below));
                if (criterion.test(below) && !told) {
                    return true;
                }
            }
            return false;
        }

        private void tell(String name, boolean below) throws MailboxException {
            MailboxMetaData mailbox = listing.mailboxes().get(name);
            List<String> attributes = new ArrayList<>();
            boolean subscribed = listing.subscribed().contains(name);
            boolean tellSubscribed = wanted.select().contains(Select.SUBSCRIBED)
                    || wanted.returns().contains(Return.SUBSCRIBED);
            if (mailbox == null && !subscribed) {
                attributes.add("\\Noselect");
            }
            if (mailbox != null || listing.hasChildren(name)) {
                attributes.add(listing.hasChildren(name) ? "\\HasChildren" : "\\HasNoChildren");
            }
            uses.of(name).forEach(use -> attributes.add(use.attribute()));
            if (subscribed && tellSubscribed) {
                attributes.add("\\Subscribed");
            }
            if (mailbox == null) {
                attributes.add("\\NonExistent");
            }
            boolean utf8 = MailboxName.usesUtf8(imap);
            Untagged line = new Untagged(
                            "* LIST (" + String.join(" ", attributes) + ") \"" + session.getPathDelimiter() + "\" ",
                            utf8)
                    .name(prefix + name);
            responder.respond(below ? line.text(" (\"CHILDINFO\" (\"SUBSCRIBED\"))") : line);
            if (mailbox != null) {
                tellMore(prefix + name, mailbox, utf8);
            }
        }

        private void tellMore(String shown, MailboxMetaData mailbox, boolean utf8) throws MailboxException {
            if (wanted.returns().contains(Return.MYRIGHTS)) {
                responder.respond(new Untagged("* MYRIGHTS ", utf8)
                        .name(shown)
                        .text(" \""
                                + mailboxes
                                        .myRights(mailbox.getMailbox(), session)
                                        .serialize() + "\""));
            }
            if (wanted.returns().contains(Return.METADATA) && !wanted.entries().isEmpty()) {
                responder.respond(metadata(shown, mailbox, utf8));
            }
            if (wanted.returns().contains(Return.STATUS)) {
                status.of(mailboxes.getMailbox(mailbox.getMailbox(), session), shown, wanted.items(), imap)
                        .ifPresent(responder::respond);
            }
        }

        /** The entries that were asked for, NIL where there is none (RFC 9590 section 3). */
        private Untagged metadata(String shown, MailboxMetaData mailbox, boolean utf8) throws MailboxException {
            Untagged line = new Untagged("* METADATA ", utf8).name(shown).text(" (");
            String between = "";
            for (String entry : wanted.entries()) {
                line.text(between)
                        .string(entry.getBytes(StandardCharsets.UTF_8))
                        .text(" ");
                Optional<String> value = value(entry, mailbox);
                value.ifPresentOrElse(
                        text -> line.string(text.getBytes(StandardCharsets.UTF_8)), () -> line.text("NIL"));
                between = " ";
            }
            return line.text(")");
        }

        private Optional<String> value(String entry, MailboxMetaData mailbox) throws MailboxException {
            MailboxAnnotationKey key;
            try {
                key = new MailboxAnnotationKey(entry);
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
            return mailboxes.getAnnotationsByKeys(mailbox.getPath(), session, Set.of(key)).stream()
                    .findFirst()
                    .flatMap(MailboxAnnotation::getValue);
        }
    }
}
