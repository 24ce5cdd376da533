package org.understudy.server.imap.sasl;

import java.util.Optional;
import org.apache.james.imap.api.process.ImapSession;
import org.jspecify.annotations.Nullable;
import org.understudy.server.imap.grammar.Ending;

/** Counts a connection's failed logins, and remembers who was tried last. */
public final class FailedLogins {
    private static final String FAILURES = "org.understudy.imap.FAILED_LOGINS";
    private static final String TRIED = "org.understudy.imap.TRIED_USER";
    private static final String REFUSED = "org.understudy.imap.LOGIN_REFUSED";
    private static final int MOST = 3;

    private FailedLogins() {}

    /** Somebody says that it is {@code user}. */
    public static void attempted(ImapSession session, String user) {
        session.setAttribute(TRIED, user);
    }

    /** Whom the last attempt was for; forgets it. */
    public static Optional<String> takeAttempted(ImapSession session) {
        @Nullable Object tried = session.getAttribute(TRIED);
        session.setAttribute(TRIED, null);
        return tried instanceof String user ? Optional.of(user) : Optional.empty();
    }

    /** Whether the last attempt was refused as wrong, which one that could not be checked is not; forgets it. */
    public static boolean takeRefused(ImapSession session) {
        boolean refused = session.getAttribute(REFUSED) != null;
        session.setAttribute(REFUSED, null);
        return refused;
    }

    /** Whether the connection has had as many failed logins as one may. */
    public static boolean tooMany(ImapSession session) {
        return session.getAttribute(FAILURES) instanceof Integer count && count >= MOST;
    }

    /** Counts one, and gives the answer to it. */
    public static Ending refused(ImapSession session, String text) {
        int before = session.getAttribute(FAILURES) instanceof Integer count ? count : 0;
        session.setAttribute(FAILURES, before + 1);
        session.setAttribute(REFUSED, true);
        return Ending.no("AUTHENTICATIONFAILED", text);
    }
}
