package org.understudy.server.lmtp;

import java.io.IOException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.exception.MailboxExistsException;
import org.apache.james.mailbox.exception.MailboxNotFoundException;
import org.apache.james.mailbox.exception.OverQuotaException;
import org.apache.james.mailbox.exception.ReadOnlyException;
import org.apache.james.mailbox.model.MailboxConstants;
import org.apache.james.mailbox.model.MailboxPath;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.server.account.AddressBook;
import org.understudy.server.account.AddressBook.Target;
import org.understudy.server.account.LoginNotCheckedException;
import org.understudy.server.imap.sasl.Logins;
import org.understudy.server.mailbox.BulkMailbox;
import org.understudy.storage.Content;
import org.understudy.storage.MailStore;
import org.understudy.storage.NewMessage;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Puts messages into users' mailboxes. Thread-safe; blocks until they are on disk. */
public final class Mailroom {
    private static final Logger LOG = LoggerFactory.getLogger(Mailroom.class);

    private final MailStore store;
    private final MailboxManager mailboxes;
    private final Logins users;
    private final AddressBook addresses;
    private final Clock clock;

    /** @param users gives the sessions in which messages are stored */
    public Mailroom(MailStore store, MailboxManager mailboxes, Logins users, AddressBook addresses, Clock clock) {
        this.store = store;
        this.mailboxes = mailboxes;
        this.users = users;
        this.addresses = addresses;
        this.clock = clock;
    }

    Clock clock() {
        return clock;
    }

    /** Who is behind an address, or what to answer to it. */
    sealed interface Known {
        record Users(List<Target> targets) implements Known {}

        record Refused(Answer answer) implements Known {}
    }

    /**
     * Looks an address up, and whether all who are behind it have room.
     *
     * @param octets of the message as announced, or 0
     */
    Known find(String address, long octets) {
        try {
            switch (store.health().state()) {
                case SOUND -> {}
                case WAITING, REFUSED, READ_ONLY -> {
                    return new Known.Refused(Answer.READ_ONLY);
                }
            }
            List<Target> targets = addresses.find(address);
            if (targets.isEmpty()) {
                return new Known.Refused(Answer.UNKNOWN);
            }
            for (Target target : targets) {
                open(target).admit(octets);
            }
            return new Known.Users(targets);
        } catch (MailboxException | RuntimeException e) {
            return new Known.Refused(answer(e));
        }
    }

    /** The mailbox that the detail names, in any case where there is one of that name alone; else the INBOX. */
    private BulkMailbox open(Target target) throws MailboxException {
        MailboxSession session = users.open(target.user());
        MailboxPath path = MailboxPath.forUser(session.getUser(), mailbox(target));
        try {
            return BulkMailbox.of(mailboxes.getMailbox(path, session), session);
        } catch (MailboxNotFoundException e) {
            MailboxPath inbox = MailboxPath.forUser(session.getUser(), MailboxConstants.INBOX);
            try {
                var unused = mailboxes.createMailbox(inbox, MailboxManager.CreateOption.CREATE_SUBSCRIPTION, session);
            } catch (MailboxExistsException there) {
                LOG.debug("the INBOX is there, and the mailbox of the address was deleted just now", there);
            }
            return BulkMailbox.of(mailboxes.getMailbox(inbox, session), session);
        }
    }

    private String mailbox(Target target) {
        if (target.detail().isEmpty() || target.detail().equalsIgnoreCase(MailboxConstants.INBOX)) {
            return MailboxConstants.INBOX;
        }
        List<String> alike =
                store.mailboxes().ofOwner(org.understudy.storage.keyspace.MailboxPath.PRIVATE, target.user()).stream()
                        .map(row -> row.path().name())
                        .filter(target.detail()::equalsIgnoreCase)
                        .toList();
        return alike.contains(target.detail())
                ? target.detail()
                : alike.size() == 1 ? alike.getFirst() : MailboxConstants.INBOX;
    }

    /** A mailbox of a user. */
    private record Place(String user, String mailbox) {}

    /** One message on its way to one recipient or several; it is read once, and its body is stored once. */
    final class Delivery {
        private final NewMessage message;
        private final Map<Place, Answer> done = new HashMap<>();

        private Delivery(NewMessage message) {
            this.message = message;
        }

        /** Stores the message for all who are behind a recipient, who have it once even where several recipients lead to them. */
        Answer to(List<Target> targets) {
            Answer worst = null;
            for (Target target : targets) {
                Answer answer = store(target);
                if (worst == null || !answer.good()) {
                    worst = answer;
                }
            }
            return worst == null ? Answer.UNKNOWN : worst;
        }

        private Answer store(Target target) {
            try {
                Place place = new Place(target.user(), mailbox(target));
                Answer before = done.get(place);
                if (before != null) {
                    return before;
                }
                var unused = open(target).deliver(message);
                Answer stored = new Answer(250, "2.0.0", "Stored");
                done.put(place, stored);
                return stored;
            } catch (MailboxException | RuntimeException e) {
                return answer(e);
            }
        }
    }

    /** @throws IOException if the content cannot be read */
    Delivery begin(Content content) throws IOException {
        return new Delivery(BulkMailbox.read(content, clock.instant().truncatedTo(ChronoUnit.MILLIS)));
    }

    private static Answer answer(Exception e) {
        if (e instanceof OverQuotaException) {
            return Answer.FULL_MAILBOX;
        }
        if (e instanceof ReadOnlyException) {
            return Answer.READ_ONLY;
        }
        Throwable cause = e instanceof MailboxException && e.getCause() != null ? e.getCause() : e;
        if (cause instanceof LoginNotCheckedException unsure) {
            LOG.warn("A recipient cannot be looked up now; the sender will try again: {}", unsure.getMessage());
            return Answer.UNSURE;
        }
        if (cause instanceof OperatorException operator) {
            LOG.error("A message could not be stored: {}; {}", operator.getMessage(), operator.hint());
            return operator.reason() == Reason.DISK_FULL ? Answer.FULL_DISK : Answer.FAILED;
        }
        LOG.error("A message could not be stored; its sender will try again", e);
        return Answer.FAILED;
    }
}
