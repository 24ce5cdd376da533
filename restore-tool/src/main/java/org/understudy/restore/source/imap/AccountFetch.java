package org.understudy.restore.source.imap;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.progress.Progress;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/**
 * Fetches an account into a spool: what the spool lacks, and what has changed since. Nothing on the server is changed. A
 * lost connection is made anew; what has been fetched is kept, whatever happens.
 */
public final class AccountFetch {
    private static final long LONGEST_PAUSE_MILLIS = 60_000;

    private final ImapAddress address;
    private final ImapLogin login;
    private final ImapSettings settings;
    private final Clock clock;
    private final Progress progress;
    private @Nullable ImapConnection connection;
    private int lossesInARow;
    private long messages;
    private long octets;
    private final long began = System.nanoTime();

    private AccountFetch(ImapAddress address, ImapLogin login, ImapSettings settings, Clock clock, Progress progress) {
        this.address = address;
        this.login = login;
        this.settings = settings;
        this.clock = clock;
        this.progress = progress;
    }

    /**
     * Fetches until the spool has all that the server gives.
     *
     * @param folder of the spool, which may be there from earlier runs
     * @return the run's file, which {@link SpoolSource} opens
     * @throws OperatorException if the server cannot be reached or refuses, or the spool cannot be written; the same call
     *     goes on later
     */
    public static Path run(
            ImapAddress address, ImapLogin login, ImapSettings settings, Path folder, Clock clock, Progress progress)
            throws InterruptedException {
        try (Spool spool = Spool.open(folder, address)) {
            return new AccountFetch(address, login, settings, clock, progress).run(spool);
        } catch (IOException e) {
            throw Spool.unwritable(folder, e);
        }
    }

    private Path run(Spool spool) throws IOException, InterruptedException {
        try {
            progress.begin("fetching", -1, "messages");
            List<SpoolBox> boxes = begin(spool);
            for (SpoolBox box : boxes) {
                if (!box.isNoMailbox()) {
                    mailbox(spool, box);
                }
            }
            spool.add(Spool.record("end").put("run", spool.state().run()).put("at", now()));
            Path ended = spool.end(clock.instant().truncatedTo(ChronoUnit.SECONDS), address.toString());
            goodbye();
            return ended;
        } finally {
            ImapConnection last = connection;
            if (last != null) {
                last.abandon();
            }
        }
    }

    private void goodbye() throws IOException {
        ImapConnection open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }

    private String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** Connects and lists the mailboxes; those that hold all mail once more come last. */
    private List<SpoolBox> begin(Spool spool) throws InterruptedException {
        while (true) {
            try {
                ImapConnection open = connection();
                ObjectNode record = Spool.record("begin")
                        .put("run", spool.state().run() + 1)
                        .put("at", now())
                        .put("server", open.greeting())
                        .put("certificate", open.certificate());
                ArrayNode capabilities = record.putArray("capabilities");
                new TreeSet<>(open.capabilities()).forEach(capabilities::add);
                Map<String, MailboxListing.Listed> listed = MailboxListing.all(open);
                Set<String> subscribed = subscribed(open);
                spool.add(record);
                return boxes(spool, listed, subscribed);
            } catch (ImapException.Refused e) {
                throw new OperatorException(
                        Reason.SOURCE,
                        "%s does not list the mailboxes of %s: %s"
                                .formatted(address.host(), address.user(), e.getMessage()),
                        "Log in with a mail program and see what that shows.",
                        e);
            } catch (IOException e) {
                lost(e, false);
            }
        }
    }

    private Set<String> subscribed(ImapConnection open) throws IOException {
        try {
            return Set.copyOf(MailboxListing.subscribed(open).keySet());
        } catch (ImapException.Refused e) {
            progress.note("the server does not list subscriptions: " + e.getMessage());
            return Set.of();
        }
    }

    private static List<SpoolBox> boxes(
            Spool spool, Map<String, MailboxListing.Listed> listed, Set<String> subscribed) {
        for (SpoolBox box : spool.state().boxes()) {
            if (box.listed && !listed.containsKey(box.name)) {
                spool.add(Spool.record("missing").put("box", box.number));
            }
        }
        List<SpoolBox> boxes = new ArrayList<>();
        for (MailboxListing.Listed each : listed.values()) {
            SpoolBox known = spool.state().box(each.name());
            int number = known == null ? spool.state().nextBox() : known.number;
            ObjectNode record = Spool.record("mailbox")
                    .put("box", number)
                    .put("name", each.name())
                    .put("delimiter", each.delimiter())
                    .put("subscribed", subscribed.contains(each.name()));
            ArrayNode attributes = record.putArray("attributes");
            each.attributes().forEach(attributes::add);
            spool.add(record);
            SpoolBox box = spool.state().box(each.name());
            if (box != null) {
                boxes.add(box);
            }
        }
        boxes.sort(java.util.Comparator.comparing((SpoolBox box) -> box.hasAttribute("\\All"))
                .thenComparing(box -> box.name.toUpperCase(Locale.ROOT).equals("INBOX") ? "" : box.name));
        return boxes;
    }

    private void mailbox(Spool spool, SpoolBox box) throws InterruptedException {
        MailboxFetch fetch = new MailboxFetch(spool, box, this::fetched);
        while (true) {
            try {
                fetch.run(connection());
                return;
            } catch (ImapException.Refused e) {
                spool.add(Spool.record("failed").put("box", box.number).put("why", String.valueOf(e.getMessage())));
                progress.note("mailbox " + Wire.shown(box.name) + ": " + e.getMessage());
                return;
            } catch (IOException e) {
                lost(e, fetch.lost());
            }
        }
    }

    private void fetched(long length) throws InterruptedException {
        lossesInARow = 0;
        messages++;
        octets += length;
        progress.advance(messages, octets);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (settings.bytesPerSecond() > 0) {
            long due = began + (long) (octets * 1e9 / settings.bytesPerSecond());
            long ahead = (due - System.nanoTime()) / 1_000_000;
            if (ahead > 0) {
                Thread.sleep(ahead);
            }
        }
    }

    private ImapConnection connection() throws IOException {
        ImapConnection open = connection;
        if (open == null) {
            open = ImapConnection.open(address, login, settings);
            connection = open;
        }
        return open;
    }

    /**
     * Waits before the next connection.
     *
     * @param oneMessage whether one message was found to be at fault, so that something else is tried next
     */
    private void lost(IOException why, boolean oneMessage) throws InterruptedException {
        ImapConnection broken = connection;
        if (broken != null) {
            broken.abandon();
        }
        connection = null;
        lossesInARow = oneMessage ? 0 : lossesInARow + 1;
        if (lossesInARow > settings.retries()) {
            throw new OperatorException(
                    Reason.UNREACHABLE,
                    "the connection with %s was lost %d times without a message in between, the last time because %s"
                            .formatted(address.host(), lossesInARow, why.getMessage()),
                    "%,d messages of this run are kept. Run the same command again later; it goes on where it stopped."
                            .formatted(messages),
                    why);
        }
        progress.note("connection lost (" + Wire.shown(String.valueOf(why.getMessage())) + "), trying again");
        Thread.sleep(Math.min(
                LONGEST_PAUSE_MILLIS, settings.pause().toMillis() << Math.min(10, Math.max(0, lossesInARow - 1))));
    }
}
