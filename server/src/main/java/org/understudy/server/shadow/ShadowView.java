package org.understudy.server.shadow;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.james.core.Username;
import org.apache.james.imap.api.process.ImapProcessor;
import org.apache.james.imap.message.response.UnpooledStatusResponseFactory;
import org.apache.james.mailbox.Authenticator;
import org.apache.james.mailbox.Authorizator;
import org.apache.james.mailbox.MailboxSession;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.metrics.api.MetricFactory;
import org.understudy.server.imap.EndableSession;
import org.understudy.server.imap.ImapEngine;
import org.understudy.server.imap.ImapSettings;
import org.understudy.server.mailbox.MailboxWiring;
import org.understudy.storage.MailStore;

/**
 * An open view: a store of its own, read-only, James's managers over it, and the sessions that look at it. Thread-safe.
 * Sessions are entered and left; closing waits for nobody, so whoever closes makes sure that none is left.
 */
final class ShadowView implements AutoCloseable {
    private final ViewFolder files;
    private final MailStore store;
    private final MailboxWiring mail;
    private final ImapProcessor commands;
    private final Clock clock;
    private final Consumer<String> log;
    private final String whose;
    private final Set<EndableSession> sessions = new HashSet<>();
    private final Map<Looker, Stay> stays = new HashMap<>();
    private Instant lastUse;
    private boolean leaving;

    /** One person at one address, from the first connection until none is left. */
    private static final class Stay {
        private final Instant since;
        private int open;
        private int connections;

        Stay(Instant since) {
            this.since = since;
        }
    }

    /** @param log takes a line for the restore's log */
    ShadowView(
            ViewFolder files,
            String whose,
            long memoryBytes,
            ImapSettings settings,
            MetricFactory metrics,
            Clock clock,
            Consumer<String> log) {
        this.files = files;
        this.whose = whose;
        this.clock = clock;
        this.log = log;
        this.lastUse = clock.instant();
        store = MailStore.openReadOnly(files.store(), new MailStore.Options(memoryBytes, clock), false);
        Authenticator nobody = (user, password) -> false;
        Authorizator door = (user, other) -> Authorizator.AuthorizationState.ALLOWED;
        mail = new MailboxWiring(
                store,
                nobody,
                door,
                MailboxWiring.Choices.defaults(metrics)
                        .withAccess(MailboxWiring.Access.READ)
                        .withClock(clock));
        ImapEngine engine = ImapEngine.over(
                new ImapEngine.Backend(
                        mail.mailboxes(),
                        mail.subscriptions(),
                        mail.quotaManager(),
                        mail.quotaRoots(),
                        mail.eventBus(),
                        metrics,
                        store),
                settings);
        commands = new ReadOnlyCommands(engine.processor(), new UnpooledStatusResponseFactory());
    }

    /** Carries out the commands of the sessions that look at this view. */
    ImapProcessor commands() {
        return commands;
    }

    /**
     * Lets a session look from now until its connection is gone.
     *
     * @return false if the view is being closed; another is then to be opened
     */
    boolean enter(EndableSession session, Looker looker) throws MailboxException {
        MailboxSession opened =
                mail.sessions().authenticate(Username.of(looker.name())).as(files.owner());
        synchronized (this) {
            if (leaving) {
                return false;
            }
            sessions.add(session);
            Stay stay = stays.computeIfAbsent(looker, first -> new Stay(clock.instant()));
            stay.open++;
            stay.connections++;
            if (stay.connections == 1) {
                log.accept(looker.text() + " opened the shadow of " + whose);
            }
        }
        session.whenOver(() -> leave(session, looker));
        session.setMailboxSession(opened);
        return true;
    }

    private synchronized void leave(EndableSession session, Looker looker) {
        sessions.remove(session);
        lastUse = clock.instant();
        Stay stay = stays.get(looker);
        if (stay != null && --stay.open == 0) {
            stays.remove(looker);
            log.accept(looker.text() + " closed the shadow of " + whose + " after "
                    + Duration.between(stay.since, lastUse).toSeconds() + " s and " + stay.connections
                    + (stay.connections == 1 ? " connection" : " connections"));
        }
    }

    /** Whether the shadow has not been written since. */
    boolean isCurrent() {
        return files.copy().isCurrent();
    }

    /** How long nobody has looked; zero while somebody does. */
    synchronized Duration idle() {
        return sessions.isEmpty() ? Duration.between(lastUse, clock.instant()) : Duration.ZERO;
    }

    /** Lets nobody in any more and asks those who look to go. */
    void end(String text, String reason) {
        List<EndableSession> all;
        synchronized (this) {
            leaving = true;
            all = List.copyOf(sessions);
        }
        all.forEach(session -> session.end(text, reason));
    }

    synchronized boolean isEmpty() {
        return sessions.isEmpty();
    }

    /** Closes the store and deletes the copy. Commands that still run are answered NO. */
    @Override
    public void close() {
        store.close();
        files.delete();
    }
}
