package org.understudy.server.shadow;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.james.mailbox.exception.MailboxException;
import org.apache.james.metrics.api.MetricFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.job.RestoreLog;
import org.understudy.restore.shadow.ShadowTerms;
import org.understudy.server.config.Configuration;
import org.understudy.server.imap.EndableSession;
import org.understudy.server.imap.ImapSettings;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * The open views, one for each restore, user and audience, whoever looks. Views are made one at a time, so that opening
 * many costs time and not memory. {@link #tend} is to be called often: it closes what is outdated, withdrawn or idle.
 */
final class ShadowViews implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ShadowViews.class);
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final Path shadows;
    private final Path restores;
    private final Configuration.Shadows settings;
    private final ImapSettings imap;
    private final MetricFactory metrics;
    private final Clock clock;
    private final Object making = new Object();
    private final Map<Key, ShadowView> open = new HashMap<>();
    private final List<Ending> ending = new ArrayList<>();
    private long number;
    private boolean closed;

    private record Key(String restore, String whose, Looker.Audience audience) {}

    /** A view that its sessions are leaving. */
    private record Ending(ShadowView view, Instant since) {}

    ShadowViews(
            Path shadows,
            Path restores,
            Configuration.Shadows settings,
            ImapSettings imap,
            MetricFactory metrics,
            Clock clock) {
        this.shadows = shadows;
        this.restores = restores;
        this.settings = settings;
        this.imap = imap;
        this.metrics = metrics;
        this.clock = clock;
        ViewFolder.deleteAll(shadows);
    }

    /**
     * Lets a session look.
     *
     * @throws OperatorException {@link Reason#BUSY} while a step writes the shadow, or as many are open as may be; {@link
     *     Reason#NOT_FOUND} if the shadow holds no mail of {@code whose}
     */
    ShadowView enter(String restore, String whose, Looker looker, EndableSession session) throws MailboxException {
        Key key = new Key(restore, whose.toLowerCase(Locale.ROOT), looker.audience());
        ShadowView view = current(key);
        if (view == null || !view.enter(session, looker)) {
            synchronized (making) {
                view = current(key);
                if (view == null || !view.enter(session, looker)) {
                    view = make(key, whose);
                    if (!view.enter(session, looker)) {
                        throw new OperatorException(Reason.BUSY, "The server stops", "Try again later.");
                    }
                }
            }
        }
        return view;
    }

    private synchronized @Nullable ShadowView current(Key key) {
        ShadowView view = open.get(key);
        if (view != null && !view.isCurrent()) {
            open.remove(key);
            end(view, outdated(key.restore()), "its shadow was written by a step");
            return null;
        }
        return view;
    }

    private ShadowView make(Key key, String whose) {
        long mine;
        synchronized (this) {
            if (open.size() >= settings.open()) {
                closeLongestIdle();
            }
            mine = ++number;
        }
        ViewFolder folder = folder(key, whose, mine);
        ShadowView view = null;
        try {
            view = new ShadowView(
                    folder, whose, settings.memory().bytes(), imap, metrics, clock, line -> log(key, line));
        } finally {
            if (view == null) {
                folder.delete();
            }
        }
        synchronized (this) {
            if (closed) {
                view.close();
                throw new OperatorException(Reason.BUSY, "The server stops", "Try again later.");
            }
            open.put(key, view);
        }
        return view;
    }

    private ViewFolder folder(Key key, String whose, long mine) {
        try {
            return ViewFolder.make(shadows, key.restore(), whose, key.audience(), mine, clock);
        } catch (OperatorException e) {
            if (e.reason() != Reason.BUSY) {
                throw e;
            }
            throw new OperatorException(
                    Reason.BUSY,
                    "A step of restore " + key.restore() + " is at work on its shadow, or was cut short",
                    "Wait until the step has ended; give one that was cut short again.",
                    e);
        }
    }

    private void closeLongestIdle() {
        Key longest = open.entrySet().stream()
                .filter(entry -> entry.getValue().isEmpty())
                .max(Comparator.comparing(entry -> entry.getValue().idle()))
                .map(Map.Entry::getKey)
                .orElseThrow(() -> new OperatorException(
                        Reason.BUSY,
                        "As many shadows are being looked at as may be (" + settings.open() + ")",
                        "Try again when somebody has closed one, or raise shadows.open in the configuration."));
        ShadowView view = open.remove(longest);
        if (view != null) {
            end(view, "The shadow is closed.", "its place was needed");
        }
    }

    /** A line for a restore's log. What cannot be written is written to the server's log instead. */
    void log(String restore, String line) {
        try {
            RestoreLog.add(restores, restore, clock.instant(), line);
        } catch (OperatorException e) {
            LOG.error("restore {}: {} ({})", restore, line, e.getMessage());
        }
    }

    private void log(Key key, String line) {
        LOG.info("restore {}: {}", key.restore(), line);
        log(key.restore(), line);
    }

    /** Ends the views that must not go on, and closes those that everybody has left. */
    synchronized void tend() {
        for (Iterator<Map.Entry<Key, ShadowView>> each = open.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<Key, ShadowView> entry = each.next();
            Key key = entry.getKey();
            ShadowView view = entry.getValue();
            if (!view.isCurrent()) {
                each.remove();
                end(view, outdated(key.restore()), "its shadow was written by a step");
            } else if (key.audience() == Looker.Audience.OWNER && !ownersMayLook(key.restore())) {
                each.remove();
                end(view, "The shadow of restore " + key.restore() + " is closed.", "the shadow was closed to owners");
            } else if (view.idle().compareTo(settings.idle()) >= 0) {
                each.remove();
                end(view, "The shadow is closed.", "nobody looked at it");
            }
        }
        Instant latest = clock.instant().minus(GRACE);
        for (Iterator<Ending> each = ending.iterator(); each.hasNext(); ) {
            Ending one = each.next();
            if (one.view().isEmpty() || one.since().isBefore(latest)) {
                each.remove();
                one.view().close();
            }
        }
    }

    private boolean ownersMayLook(String restore) {
        try {
            return ShadowTerms.read(shadows, restore).ownersMayLook(clock.instant(), settings.owners());
        } catch (OperatorException e) {
            LOG.error("owners are kept from the shadow of restore {}: {}", restore, e.getMessage());
            return false;
        }
    }

    private static String outdated(String restore) {
        return "A step of restore " + restore + " has begun, or its shadow is gone; log in again later.";
    }

    private void end(ShadowView view, String text, String reason) {
        view.end(text, reason);
        ending.add(new Ending(view, clock.instant()));
    }

    /** Whether nobody looks. */
    synchronized boolean isEmpty() {
        return open.values().stream().allMatch(ShadowView::isEmpty)
                && ending.stream().allMatch(one -> one.view().isEmpty());
    }

    /** Closes all; no session may be left. */
    @Override
    public synchronized void close() {
        closed = true;
        open.values().forEach(view -> end(view, "The server is stopping.", "the server stops"));
        open.clear();
        ending.forEach(one -> one.view().close());
        ending.clear();
    }
}
