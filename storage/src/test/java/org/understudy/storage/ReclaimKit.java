package org.understudy.storage;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.understudy.storage.keyspace.ExpungeReason;
import org.understudy.storage.keyspace.Flags;
import org.understudy.storage.keyspace.MailboxId;
import org.understudy.storage.keyspace.MailboxPath;
import org.understudy.storage.reclaim.Reclaim;

/** A store whose two clocks a test moves: the one on the wall, and the one that is never set. */
final class ReclaimKit {
    static final Duration WINDOW = Duration.ofDays(30);
    static final Reclaim.Obstacle FREE = Optional::empty;
    static final Reclaim.Pace UNPACED = octets -> {};

    private final Path folder;
    private final AtomicLong wall =
            new AtomicLong(Instant.parse("2026-03-01T00:00:00Z").toEpochMilli());
    private final AtomicLong nanos = new AtomicLong();

    ReclaimKit(Path folder) {
        this.folder = folder;
    }

    MailStore open() {
        Clock clock = new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return Instant.ofEpochMilli(wall.get());
            }
        };
        return MailStore.open(folder, new MailStore.Options(16L << 20, clock, true, nanos::get));
    }

    /** Time passes, and both clocks show it. */
    void pass(Duration time) {
        wall.addAndGet(time.toMillis());
        nanos.addAndGet(time.toNanos());
    }

    /** Somebody sets the clock on the wall; no time passes. */
    void set(Duration by) {
        wall.addAndGet(by.toMillis());
    }

    static MailboxId mailbox(MailStore store, String user) {
        return store.mailboxes()
                .create(MailboxPath.of(user, "INBOX"), StoreKit.ALICE)
                .id();
    }

    static Appended append(MailStore store, MailboxId mailbox, String text) {
        return store.messages()
                .append(mailbox, List.of(StoreKit.message(text, Flags.NONE)), StoreKit.ALICE)
                .getFirst();
    }

    static void expunge(MailStore store, MailboxId mailbox, long... uids) {
        store.messages()
                .expunge(mailbox, java.util.Arrays.stream(uids).boxed().toList(), ExpungeReason.USER, StoreKit.ALICE);
    }

    static String text(MailStore store, Appended message) {
        return new String(store.bodies().read(message.body()), StandardCharsets.UTF_8);
    }

    static Reclaim.Round round(MailStore store, Duration window) {
        try {
            return store.reclaim().round(window, false, FREE, UNPACED);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
