package org.understudy.server.shadow;

import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.apache.james.mailbox.exception.MailboxException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.job.RestoreJobs;
import org.understudy.restore.job.RestoreState;
import org.understudy.restore.shadow.ShadowTerms;
import org.understudy.server.account.AccountService;
import org.understudy.server.account.DirectoryAwayException;
import org.understudy.server.account.LoginStormException;
import org.understudy.server.imap.EndableSession;
import org.understudy.storage.CorruptionException;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * Decides who may look. Passwords come first: without the right one, all answers are the same, whether there is such a
 * user, restore or shadow or not. An engineer is told why a shadow cannot be opened; anybody else who may not is answered
 * as if the password were wrong, and the attempt goes into the server's and the restore's log.
 */
final class ShadowDoor {
    private static final Logger LOG = LoggerFactory.getLogger(ShadowDoor.class);
    private static final Set<RestoreState> NOT_VALIDATED = EnumSet.of(RestoreState.STAGING, RestoreState.STAGED);

    private final Path shadows;
    private final Path restores;
    private final Set<String> engineers;
    private final boolean owners;
    private final AccountService accounts;
    private final ShadowViews views;
    private final ShadowVisits visits;
    private final Clock clock;

    /** @param owners whether owners may look where nobody has said otherwise for a restore */
    ShadowDoor(
            Path shadows,
            Path restores,
            Set<String> engineers,
            boolean owners,
            AccountService accounts,
            ShadowViews views,
            ShadowVisits visits,
            Clock clock) {
        this.shadows = shadows;
        this.restores = restores;
        this.engineers = Set.copyOf(engineers);
        this.owners = owners;
        this.accounts = accounts;
        this.views = views;
        this.visits = visits;
        this.clock = clock;
    }

    /** What comes of a login. */
    sealed interface Answer {
        /** The session looks at {@code view} from now on. */
        record Open(ShadowView view) implements Answer {}

        /** As if the password were wrong. */
        record Refused() implements Answer {}

        /**
         * The password was right and the looker may look, but not now.
         *
         * @param text for the client, with its response code (RFC 5530)
         */
        record NotNow(String text) implements Answer {}
    }

    /** Checks a login and, if it may, lets the session in. Blocks; for command threads. */
    Answer knock(String login, String password, EndableSession session) {
        try {
            Optional<ShadowName> meant = ShadowName.parse(login);
            if (meant.isPresent() && ShadowVisits.isVisitor(meant.get())) {
                return visited(meant.get(), password, session);
            }
            Optional<String> name = accounts.login(ShadowName.who(login), password);
            if (name.isEmpty() || meant.isEmpty()) {
                return new Answer.Refused();
            }
            return admitted(name.get(), meant.get(), session);
        } catch (LoginStormException e) {
            return new Answer.NotNow("[UNAVAILABLE] Too many logins at once; try again in a moment.");
        } catch (DirectoryAwayException e) {
            LOG.warn("a login to a shadow could not be checked: {}", e.getMessage());
            return new Answer.NotNow("[UNAVAILABLE] The login could not be checked now; try again in a moment.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer.NotNow("[UNAVAILABLE] The server stops.");
        }
    }

    private Answer admitted(String name, ShadowName meant, EndableSession session) {
        boolean engineer = engineers.contains(name);
        Looker looker = new Looker(name, engineer ? Looker.Audience.ENGINEER : Looker.Audience.OWNER, session.client());
        try {
            RestoreJob job = RestoreJobs.one(restores, meant.restore());
            ShadowTerms terms = ShadowTerms.read(shadows, job.id());
            String whose = meant.whose().equals(meant.who()) ? name : meant.whose();
            if (!engineer) {
                String why = whyNot(name, whose, job, terms);
                if (!why.isEmpty()) {
                    return refused(looker, whose, job.id(), why);
                }
            }
            terms.requireKept(job.id());
            return new Answer.Open(views.enter(job.id(), whose, looker, session));
        } catch (OperatorException e) {
            if (!engineer && e.reason() == Reason.NOT_FOUND) {
                LOG.warn("restore {}: {} was refused: {}", meant.restore(), looker.text(), e.getMessage());
                return new Answer.Refused();
            }
            LOG.warn("restore {}: {} cannot look now: {}", meant.restore(), looker.text(), e.getMessage());
            return notNow(e, meant.restore());
        } catch (CorruptionException | MailboxException e) {
            LOG.error("restore {}: {} cannot look", meant.restore(), looker.text(), e);
            return new Answer.NotNow("[SERVERBUG] The shadow cannot be opened; the server's log says why.");
        }
    }

    /** A drill's own reading of its shadow. */
    private Answer visited(ShadowName meant, String password, EndableSession session) {
        try {
            return visits.enter(meant, password, session)
                    .<Answer>map(Answer.Open::new)
                    .orElseGet(Answer.Refused::new);
        } catch (OperatorException e) {
            return notNow(e, meant.restore());
        } catch (CorruptionException | MailboxException e) {
            LOG.error("drill: the shadow of restore {} cannot be opened", meant.restore(), e);
            return new Answer.NotNow("[SERVERBUG] The shadow cannot be opened; the server's log says why.");
        }
    }

    private String whyNot(String name, String whose, RestoreJob job, ShadowTerms terms) {
        if (!name.equalsIgnoreCase(whose)) {
            return "is no engineer";
        }
        if (NOT_VALIDATED.contains(job.state())) {
            return "the restore is not validated yet";
        }
        return terms.ownersMayLook(clock.instant(), owners) ? "" : "the shadow is not open to owners";
    }

    private Answer refused(Looker looker, String whose, String restore, String why) {
        String line = looker.name() + " from " + looker.client() + " was refused the shadow of " + whose + ": " + why;
        LOG.warn("restore {}: {}", restore, line);
        views.log(restore, line);
        return new Answer.Refused();
    }

    private static Answer notNow(OperatorException e, String restore) {
        String said = ascii(String.valueOf(e.getMessage()));
        return new Answer.NotNow(
                switch (e.reason()) {
                    case BUSY -> "[UNAVAILABLE] " + said + "; try again later.";
                    case NOT_FOUND -> "[NONEXISTENT] " + said + ".";
                    default ->
                        "[UNAVAILABLE] The shadow of restore " + restore
                                + " cannot be opened; the server's log says why.";
                });
    }

    private static String ascii(String text) {
        return text.replaceAll("[^ -~]", "?");
    }
}
