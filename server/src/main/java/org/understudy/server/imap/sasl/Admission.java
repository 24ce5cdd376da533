package org.understudy.server.imap.sasl;

import java.util.Locale;
import java.util.Optional;
import org.apache.james.core.Username;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.main.PathConverter;
import org.apache.james.mailbox.MailboxManager;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.SessionProvider;
import org.apache.james.mailbox.exception.BadCredentialsException;
import org.apache.james.mailbox.exception.ForbiddenDelegationException;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.mailbox.exception.MailboxExistsException;
import org.apache.james.mailbox.exception.UserDoesNotExistException;
import org.apache.james.mailbox.model.MailboxConstants;
import org.apache.james.mailbox.model.MailboxPath;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.server.imap.EndableSession;
import org.understudy.server.imap.grammar.Ending;
import reactor.core.publisher.Mono;

/** Lets users in, whatever has proven who they are. */
final class Admission {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

    private final MailboxManager mailboxes;
    private final Logins logins;
    private final UserConnections connections;

    Admission(MailboxManager mailboxes, Logins logins, UserConnections connections) {
        this.mailboxes = mailboxes;
        this.logins = logins;
        this.connections = connections;
    }

    /**
     * Opens a user's mailboxes for a session, or says why not.
     *
     * @param wrong what to say where user and password do not belong together
     */
    Ending admit(Proven proven, ImapSession session, String wrong) {
        if (!(session instanceof EndableSession endable)) {
            throw new IllegalStateException("a login needs a connection, not a " + session.getClass());
        }
        FailedLogins.attempted(session, proven.user());
        try {
            MailboxSession opened = open(proven);
            String user = opened.getUser().asString();
            if (!connections.enter(user)) {
                LOG.warn(
                        "user {} has {} connections, as many as may be; another is refused", user, connections.limit());
                return Ending.no(
                        "LIMIT", "You have " + connections.limit() + " connections already; close some and try again.");
            }
            endable.whenOver(() -> connections.leave(user));
            session.authenticated();
            session.setMailboxSession(opened);
            provideInbox(session, opened);
            return Ending.ok();
        } catch (BadCredentialsException e) {
            return refused(session, wrong);
        } catch (UserDoesNotExistException | ForbiddenDelegationException e) {
            LOG.warn("a user asked for the mailboxes of another and may not have them");
            return Ending.no("AUTHORIZATIONFAILED", "Delegation is forbidden.");
        } catch (MailboxException e) {
            LOG.warn("a login could not be checked: {}", e.getMessage());
            return Ending.no("UNAVAILABLE", "The login could not be checked now; try again in a moment.");
        }
    }

    /** The answer to a login that is wrong, and no other. */
    Ending refused(ImapSession session, String wrong) {
        return FailedLogins.refused(session, wrong);
    }

    private MailboxSession open(Proven proven) throws MailboxException {
        Username user = Logins.username(proven.user()).orElseThrow(() -> new BadCredentialsException());
        return switch (proven) {
            case Proven.Password(String actingAs, String name, String password) -> {
                SessionProvider.AuthorizationStep step = mailboxes.authenticate(user, password);
                yield actingAs.isEmpty()
                        ? step.withoutDelegation()
                        : step.as(Logins.username(actingAs).orElseThrow(() -> new BadCredentialsException()));
            }
            case Proven.Name(String actingAs, String name) -> {
                if (!actingAs.isEmpty() && !actingAs.toLowerCase(Locale.ROOT).equals(name)) {
                    throw new ForbiddenDelegationException(user, Username.of(name));
                }
                yield logins.open(name);
            }
        };
    }

    private void provideInbox(ImapSession session, MailboxSession opened) throws MailboxException {
        MailboxPath inbox = PathConverter.forSession(session).buildFullPath(MailboxConstants.INBOX);
        if (!Boolean.TRUE.equals(
                Mono.from(mailboxes.mailboxExists(inbox, opened)).block())) {
            try {
                Optional<?> unused =
                        mailboxes.createMailbox(inbox, MailboxManager.CreateOption.CREATE_SUBSCRIPTION, opened);
            } catch (MailboxExistsException e) {
                LOG.debug("another login has made the same INBOX just now", e);
            }
        }
    }
}
