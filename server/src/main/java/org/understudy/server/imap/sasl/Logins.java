package org.understudy.server.imap.sasl;

import java.util.Optional;
import org.apache.james.core.Username;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.exception.BadCredentialsException;
import org.apache.james.mailbox.exception.MailboxException;
import org.understudy.server.account.ScramAccounts;
import org.understudy.server.tls.ClientCertificates;

/** The users, as logins need them. */
public interface Logins {
    /** Where SCRAM keys are; empty where there are none, and SCRAM is then never offered. */
    Optional<ScramAccounts> scram();

    /** Checks bearer tokens; empty where none are configured. */
    Optional<BearerTokens> tokens();

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
