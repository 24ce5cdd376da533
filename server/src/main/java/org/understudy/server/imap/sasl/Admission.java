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
    Ending admit(Proven given, ImapSession session, String wrong) {
        if (!(session instanceof EndableSession endable)) {
            throw new IllegalStateException("a login needs a connection, not a " + session.getClass());
        }
        Optional<Logins.Passwords> passwords = logins.passwords();
        Proven proven = given instanceof Proven.Password password && passwords.isPresent()
                ? passwords.get().staff().meant(password)
                : given;
        FailedLogins.attempted(session, proven.user());
        try {
            return passwords.isPresent()
                    ? admit(proven, passwords.get(), endable)
                    : opened(open(proven), Optional.empty(), endable);
        } catch (BadCredentialsException e) {
            passwords.ifPresent(
                    all -> all.staff().refused(logins.storedName(proven.user()), proven.actingAs(), endable));
            return refused(session, wrong);
        } catch (UserDoesNotExistException | ForbiddenDelegationException e) {
            LOG.warn("a user asked for the mailboxes of another and may not have them");
            return Ending.no("AUTHORIZATIONFAILED", "Delegation is forbidden.");
        } catch (LoginRefusedException e) {
            LOG.warn("a login is refused: {}", e.getMessage());
            return Ending.no(e.code(), String.valueOf(e.getMessage()));
        } catch (MailboxException e) {
            LOG.warn("a login could not be checked: {}", e.getMessage());
            return unavailable();
        }
    }

    /** The answer to a login that could not be checked. */
    static Ending unavailable() {
        return Ending.no("UNAVAILABLE", "The login could not be checked now; try again in a moment.");
    }

    /** The answer to a login that is wrong, and no other. */
    Ending refused(ImapSession session, String wrong) {
        return FailedLogins.refused(session, wrong);
    }

    private Ending admit(Proven proven, Logins.Passwords passwords, EndableSession session) throws MailboxException {
        Optional<String> name = switch (proven) {
            case Proven.Password(String actingAs, String user, String password) -> passwords.check(user, password);
            case Proven.Name(String actingAs, String user) -> passwords.find(user);
        };
        String user = name.orElseThrow(() -> new BadCredentialsException());
        String whose = proven.actingAs();
        if (whose.isEmpty() || whose.toLowerCase(Locale.ROOT).equals(user)) {
            Ending ending = opened(passwords.open(user), Optional.empty(), session);
            if (ending instanceof Ending.Ok) {
                passwords.staff().loggedIn(user, session);
            }
            return ending;
        }
        return asMaster(user, whose, passwords, session);
    }

    /** Whether there is such a user is told to masters only. */
    private Ending asMaster(String master, String whose, Logins.Passwords passwords, EndableSession session)
            throws MailboxException {
        StaffLogins staff = passwords.staff();
        Optional<String> user = passwords.find(whose);
        Optional<String> why = staff.whyNot(master, user.orElse(""));
        if (why.isEmpty() && user.isEmpty()) {
            why = Optional.of("there is no such user");
        }
        if (why.isPresent()) {
            staff.refusedMaster(master, whose, why.get(), session);
            return Ending.no("AUTHORIZATIONFAILED", "Delegation is forbidden.");
        }
        return opened(passwords.openFor(master, user.orElseThrow()), Optional.of(master), session);
    }

    /** @param master who is in the mailboxes of another */
    private Ending opened(MailboxSession opened, Optional<String> master, EndableSession session)
            throws MailboxException {
        String user = opened.getUser().asString();
        String counted = master.orElse(user);
        if (!connections.enter(counted)) {
            LOG.warn("user {} has {} connections, as many as may be; another is refused", counted, connections.limit());
            return Ending.no(
                    "LIMIT", "You have " + connections.limit() + " connections already; close some and try again.");
        }
        session.whenOver(() -> connections.leave(counted));
        boolean looking = false;
        if (master.isPresent()) {
            StaffLogins staff = logins.passwords().orElseThrow().staff();
            staff.entered(master.get(), user, session);
            looking = staff.readOnlyMasters();
        }
        session.authenticated();
        session.setMailboxSession(opened);
        if (!looking) {
            provideInbox(session, opened);
        }
        return Ending.ok();
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
