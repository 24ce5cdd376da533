package org.understudy.server.imap.sasl;

import java.util.Optional;
import org.apache.james.core.Username;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.exception.BadCredentialsException;
import org.apache.james.mailbox.exception.MailboxException;
import org.understudy.server.account.LoginCounts;
import org.understudy.server.account.ScramAccounts;
import org.understudy.server.tls.ClientCertificates;

/** The users, as logins need them. */
public interface Logins {
    /** Where SCRAM keys are; empty where there are none, and SCRAM is then never offered. */
    Optional<ScramAccounts> scram();

    /** Checks bearer tokens; empty where none are configured. */
    Optional<BearerTokens> tokens();

    /** Checks passwords; empty where James's authenticator does. */
    default Optional<Passwords> passwords() {
        return Optional.empty();
    }

    /** What comes of logins; each call may give another where nobody looks. */
    default LoginCounts counts() {
        return new LoginCounts();
    }

    /** Passwords, and what they open. */
    interface Passwords {
        /**
         * The user's name as it is stored, if the password is the user's.
         *
         * @throws MailboxException if it could not be checked, which says nothing about it
         */
        Optional<String> check(String user, String password) throws MailboxException;

        /**
         * The name as it is stored, if there is such a user.
         *
         * @throws MailboxException if that cannot be told now
         */
        Optional<String> find(String user) throws MailboxException;

        /** Opens mailboxes of a user by the stored name. */
        MailboxSession open(String user) throws MailboxException;

        /** Opens them for a master, and changes nothing. */
        MailboxSession openFor(String master, String user) throws MailboxException;

        StaffLogins staff();
    }

    /** Whose certificates prove who a client's user is; empty where nobody's do. */
    default Optional<ClientCertificates> certificates() {
        return Optional.empty();
    }

    /** The name as it is stored, if there is such a user; for the log. */
    Optional<String> storedName(String user);

    /** Opens the mailboxes of a user who has been proven otherwise than by password. */
    MailboxSession open(String user) throws MailboxException;

    /** Logins by password alone. */
    static Logins byPassword() {
        return new Logins() {
            @Override
            public Optional<ScramAccounts> scram() {
                return Optional.empty();
            }

            @Override
            public Optional<BearerTokens> tokens() {
                return Optional.empty();
            }

            @Override
            public Optional<String> storedName(String user) {
                return Optional.empty();
            }

            @Override
            public MailboxSession open(String user) throws MailboxException {
                throw new BadCredentialsException();
            }
        };
    }

    /** A user's name for James; empty where it cannot be one. */
    static Optional<Username> username(String user) {
        try {
            return user.isBlank() ? Optional.empty() : Optional.of(Username.of(user));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
