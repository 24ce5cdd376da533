package org.understudy.server.imap.sasl;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.james.imap.api.process.ImapSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.server.account.LoginCounts;
import org.understudy.server.account.UserName;
import org.understudy.server.audit.Actor;
import org.understudy.server.audit.AuditEvent;
import org.understudy.server.audit.AuditLog;
import org.understudy.server.config.Configuration.Masters;
import org.understudy.server.config.Configuration.Roles;
import org.understudy.server.imap.EndableSession;

/**
 * Who of the staff logs in, and masters in other users' mailboxes: whether they may, and the record of it in the audit log,
 * which is written before the mailboxes open. Thread-safe.
 */
public final class StaffLogins {
    /** A logged in session has it where nothing may be changed. */
    private static final String READ_ONLY = "org.understudy.master.READ_ONLY";

    /** What a client has said of itself with ID; a session's attribute. */
    public static final String IDENTIFIED = "org.understudy.imap.IDENTIFIED";

    private static final Logger LOG = LoggerFactory.getLogger(StaffLogins.class);

    private final Roles roles;
    private final Masters masters;
    private final AuditLog audit;
    private final LoginCounts counts;

    public StaffLogins(Roles roles, Masters masters, AuditLog audit, LoginCounts counts) {
        this.roles = roles;
        this.masters = masters;
        this.audit = audit;
        this.counts = counts;
    }

    /** Whether a session is a master's that may only read. */
    public static boolean readOnly(ImapSession session) {
        return session.getAttribute(READ_ONLY) != null;
    }

    /** A password of {@code user*master} as one of {@code master}, who wants to act as {@code user}. */
    Proven.Password meant(Proven.Password given) {
        int at = given.user().lastIndexOf(masters.separator());
        if (roles.masters().isEmpty() || !given.actingAs().isEmpty() || at <= 0) {
            return given;
        }
        return new Proven.Password(
                given.user().substring(0, at),
                given.user().substring(at + masters.separator().length()),
                given.password());
    }

    /** @param user as it is stored */
    void loggedIn(String user, EndableSession session) {
        if (roles.staff(user)) {
            note(AuditEvent.Kind.LOGIN, user, session, "login", Map.of(), AuditEvent.Outcome.DONE, "");
        }
    }

    /** @param user as it is stored, or empty where nobody is known by the name that was given */
    void refused(Optional<String> user, String actingAs, EndableSession session) {
        if (!actingAs.isEmpty()) {
            counts.masterRefused();
        }
        if (user.isPresent() && roles.staff(user.get())) {
            Map<String, String> details = actingAs.isEmpty() ? Map.of() : Map.of("user", shown(actingAs));
            note(AuditEvent.Kind.LOGIN, user.get(), session, "login", details, AuditEvent.Outcome.REFUSED, "");
        }
    }

    /** Why somebody may not act as another, or empty. */
    Optional<String> whyNot(String master, String user) {
        if (!roles.masters().contains(master)) {
            return Optional.of("is no master");
        }
        return !masters.ofStaff() && roles.staff(user)
                ? Optional.of("the user is staff, and accounts.masters.of-staff is false")
                : Optional.empty();
    }

    void refusedMaster(String master, String user, String why, EndableSession session) {
        counts.masterRefused();
        LOG.warn(
                "{} from {} asked for the mailboxes of another and may not have them: {}",
                master,
                session.client(),
                why);
        note(
                AuditEvent.Kind.MASTER,
                master,
                session,
                "master.refused",
                Map.of("user", shown(user)),
                AuditEvent.Outcome.REFUSED,
                why);
    }

    /** A master is in a user's mailboxes from now, until the session is over. */
    void entered(String master, String user, EndableSession session) {
        SortedMap<String, String> details = new TreeMap<>();
        details.put("user", user);
        details.put("read-only", String.valueOf(masters.readOnly()));
        note(AuditEvent.Kind.MASTER, master, session, "master.open", details, AuditEvent.Outcome.DONE, "");
        if (masters.readOnly()) {
            session.setAttribute(READ_ONLY, master);
        }
        counts.masterOpened();
        long began = System.nanoTime();
        session.whenOver(() -> {
            counts.masterClosed();
            long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
            details.put("seconds", String.valueOf(seconds));
            if (session.getAttribute(IDENTIFIED) instanceof String said) {
                details.put("client", said);
            }
            note(AuditEvent.Kind.MASTER, master, session, "master.close", details, AuditEvent.Outcome.DONE, "");
        });
    }

    boolean readOnlyMasters() {
        return masters.readOnly();
    }

    private void note(
            AuditEvent.Kind kind,
            String user,
            EndableSession session,
            String action,
            Map<String, String> details,
            AuditEvent.Outcome outcome,
            String words) {
        audit.record(new AuditEvent(
                kind, Actor.user(user, session.client()), action, new TreeMap<>(details), outcome, words));
    }

    /** A name that a client gave; people type passwords there, so what can be no name is not noted. */
    private static String shown(String given) {
        return UserName.parse(given).orElse("(no user's name)");
    }
}
