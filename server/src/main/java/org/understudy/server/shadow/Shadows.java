package org.understudy.server.shadow;

import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.james.imap.decode.main.DefaultImapDecoder;
import org.apache.james.imap.message.response.UnpooledStatusResponseFactory;
import org.apache.james.metrics.api.MetricFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.incident.IncidentHolds;
import org.understudy.restore.workflow.ShadowExpiry;
import org.understudy.server.account.AccountService;
import org.understudy.server.config.Configuration;
import org.understudy.server.config.RepositoryPlaces;
import org.understudy.server.imap.ImapEngine;
import org.understudy.server.imap.ImapSettings;
import org.understudy.server.imap.Parsers;

/** Shadows as a running server has them: in mail programs, and deleted when their time is over. */
public final class Shadows implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Shadows.class);
    private static final long TENDING_MILLIS = 500;
    private static final long EXPIRY_MILLIS = 60_000;
    private static final long CLOSING_SECONDS = 10;

    private final ShadowViews views;
    private final ShadowDoor door;
    private final ShadowVisits visits;
    private final ScheduledExecutorService keeper;

    private Shadows(ShadowViews views, ShadowDoor door, ShadowVisits visits, ScheduledExecutorService keeper) {
        this.views = views;
        this.door = door;
        this.visits = visits;
        this.keeper = keeper;
    }

    /** Deletes the views that the server left behind last time, and begins to look after shadows. */
    public static Shadows start(
            Configuration configuration,
            ImapSettings imap,
            AccountService accounts,
            MetricFactory metrics,
            Clock clock) {
        Path shadows = configuration.dataFolder().resolve("shadows");
        Path restores = configuration.dataFolder().resolve("restores");
        ShadowViews views = new ShadowViews(shadows, restores, configuration.shadows(), imap, metrics, clock);
        ShadowVisits visits = new ShadowVisits(
                (places, stories) -> new ShadowViews(places, stories, configuration.shadows(), imap, metrics, clock));
        ShadowDoor door = new ShadowDoor(
                shadows,
                restores,
                configuration.roles().engineers(),
                configuration.shadows().owners(),
                accounts,
                views,
                visits,
                clock);
        IncidentHolds holds =
                IncidentHolds.of(configuration.dataFolder(), RepositoryPlaces.of(configuration, clock), clock);
        ShadowExpiry expiry = new ShadowExpiry(
                shadows,
                restores,
                configuration.shadows().expire(),
                clock,
                () -> holds.state().frozen());
        ScheduledExecutorService keeper = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "shadow-keeper");
            thread.setDaemon(true);
            return thread;
        });
        var unusedTending = keeper.scheduleWithFixedDelay(
                () -> guarded("tending shadows", views::tend), TENDING_MILLIS, TENDING_MILLIS, TimeUnit.MILLISECONDS);
        var unusedExpiring = keeper.scheduleWithFixedDelay(
                () -> guarded("expiring shadows", expiry::sweep), 0, EXPIRY_MILLIS, TimeUnit.MILLISECONDS);
        return new Shadows(views, door, visits, keeper);
    }

    private static void guarded(String what, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.error("{} failed, and is tried again", what, e);
        }
    }

    /** A login that is good for one shadow, until it is closed. */
    public interface Visit extends AutoCloseable {
        /** What stands before the first slash of the login's name; no account can have it. */
        String name();

        String password();

        /** Ends the sessions that are left. */
        @Override
        void close();
    }

    /**
     * Lets a mail program of our own into one shadow that lies apart from others.
     *
     * @param folder the one that the shadow's and its restore's folders lie in
     */
    public Visit visit(Path folder, String restore) {
        return visits.admit(folder, restore);
    }

    /** {@code live} with logins that lead to shadows. */
    public ImapEngine before(ImapEngine live) {
        UnpooledStatusResponseFactory responses = new UnpooledStatusResponseFactory();
        return new ImapEngine(
                new DefaultImapDecoder(responses, ShadowLogins.parsers(new Parsers(responses), responses)),
                new ShadowLogins(live.processor(), door, responses),
                live.encoder());
    }

    /** Closes all views. The IMAP server must have stopped. */
    @Override
    public void close() {
        keeper.shutdown();
        try {
            if (!keeper.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the deletion of a shadow is still under way and goes on when the server starts next");
                keeper.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        views.close();
    }
}
