package org.understudy.server.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.cli.Frame;
import org.understudy.restore.cli.Invocation;
import org.understudy.restore.cli.Printable;
import org.understudy.restore.cli.Verb;
import org.understudy.restore.incident.IncidentHolds;
import org.understudy.server.admin.AdminClient;
import org.understudy.server.admin.ServerStatus;
import org.understudy.server.reclaim.ReclaimStatus;
import org.understudy.server.scrub.ScrubStatus;
import org.understudy.server.search.IndexStatus;
import org.understudy.storage.Reason;
import picocli.CommandLine.Command;

/** {@code understudy status}. */
@Command(
        name = "status",
        description = {
            "Say whether the server runs on the data folder, where it listens and what it holds.",
            "How old the last snapshot, the last verified one and the last good drill are, and what is wrong with"
                    + " them.",
            "Exit code 0 if it runs and nothing is wrong, 3 if there is an alert, 13 if it does not run."
        },
        footer = {"", "Example: understudy status --data /var/lib/understudy"})
final class StatusVerb extends Verb {
    StatusVerb(Frame frame) {
        super(frame);
    }

    /**
     * @param server null if none runs
     * @param hold why retention is frozen, or empty
     */
    record StatusReport(
            boolean running, String dataFolder, @Nullable ServerStatus server, String hold) {}

    @Override
    protected int run(Invocation invocation) throws Exception {
        String folder = invocation.dataFolder().toString();
        String hold = IncidentHolds.of(invocation.dataFolder(), invocation.repository(), invocation.clock())
                .state()
                .text();
        Optional<AdminClient> client = AdminClient.connect(invocation.dataFolder());
        if (client.isEmpty()) {
            invocation.console().result(new StatusReport(false, folder, null, hold), out -> {
                out.println("No server is running on " + folder
                        + ".\nStart one with 'understudy server', or name its data folder with --data.");
                print(hold, out);
            });
            return Reason.UNREACHABLE.exitCode();
        }
        try (AdminClient server = client.get()) {
            ServerStatus status = server.status();
            invocation.console().result(new StatusReport(true, folder, status, hold), out -> {
                print(status, out);
                print(hold, out);
            });
            boolean well = status.backups().alerts().isEmpty()
                    && status.tls()
                            .troubles(status.startedAt().plus(status.uptime()))
                            .isEmpty();
            return well ? 0 : Reason.UNSOUND.exitCode();
        }
    }

    private static void print(ServerStatus status, PrintStream out) {
        out.println("Understudy " + status.version() + " is running for " + inWords(status.uptime()) + "; data in "
                + status.dataFolder());
        status.listeners().forEach(l -> out.printf(Locale.ROOT, "  %-10s %s:%d%n", l.name(), l.host(), l.port()));
        out.printf(
                Locale.ROOT,
                "  %,d %s, %,d mailboxes, %,d messages, %,.1f MB%n",
                status.users(),
                status.users() == 1 ? "user" : "users",
                status.mailboxes(),
                status.messages(),
                status.bytes() / 1e6);
        out.println("  store " + status.storeId());
        print(status.search(), out);
        print(status.archive(), status.startedAt().plus(status.uptime()), out);
        print(status.scrub(), status.startedAt().plus(status.uptime()), out);
        print(status.reclaim(), status.startedAt().plus(status.uptime()), out);
        print(status.loss(), status.startedAt().plus(status.uptime()), out);
        AccountsText.print(status.accounts(), out);
        TlsText.print(status.tls(), status.startedAt().plus(status.uptime()), out);
        BackupText.print(status.backups(), out);
    }

    private static void print(String hold, PrintStream out) {
        if (!hold.isEmpty()) {
            out.println("  INCIDENT HOLD " + Printable.line(hold)
                    + "\n  Nothing is pruned or expired; 'understudy repo hold' shows all of it.");
        }
    }

    private static void print(IndexStatus search, PrintStream out) {
        if (!search.enabled()) {
            out.println("  search: no index (search.index is false); every search reads the messages");
            return;
        }
        out.printf(
                Locale.ROOT,
                "  search: %,d of %,d messages indexed, %,.1f MB%n",
                search.indexed(),
                search.messages(),
                search.octets() / 1e6);
        if (search.unreadable() > 0) {
            out.printf(
                    Locale.ROOT,
                    "  SEARCH: %,d messages could not be read for the index; run 'understudy fsck --deep'%n",
                    search.unreadable());
        }
        if (!search.problem().isEmpty()) {
            out.println("  SEARCH: indexing has stopped and is tried again: " + Printable.line(search.problem()));
        }
    }

    private static void print(ScrubStatus scrub, Instant now, PrintStream out) {
        Instant ended = scrub.lastEnded();
        StringBuilder line = new StringBuilder("  scrub: ");
        if (ended != null) {
            line.append(String.format(
                    Locale.ROOT,
                    "the last full pass ended %s ago, %,d messages and %,d tables, %,.1f MB, %s",
                    inWords(Duration.between(ended, now)),
                    scrub.lastMessages(),
                    scrub.lastTables(),
                    scrub.lastOctets() / 1e6,
                    scrub.lastFindings() == 0 ? "sound" : scrub.lastFindings() + " WRONG"));
        } else {
            line.append("the store has not been reread in full yet");
        }
        if (!scrub.enabled()) {
            line.append("; off (scrub.rate or scrub.every)");
        } else if (scrub.begun() != null) {
            line.append(String.format(
                    Locale.ROOT,
                    "; the present one is %.0f %% done, %s",
                    100 * scrub.progress(),
                    scrub.findings() == 0 ? "sound so far" : scrub.findings() + " WRONG"));
        }
        out.println(line);
        for (ScrubStatus.Finding one : scrub.first()) {
            out.println("  SCRUB: " + Printable.line(one.text()));
        }
        if (!scrub.problem().isEmpty()) {
            out.println("  SCRUB: cannot go on and is tried again: " + Printable.line(scrub.problem()));
        }
    }

    private static void print(ReclaimStatus reclaim, Instant now, PrintStream out) {
        if (!reclaim.enabled()) {
            out.println("  expunged: kept until 'understudy store reclaim' (expunged.reclaim-every is off)");
            return;
        }
        Instant ended = reclaim.lastEnded();
        if (ended == null) {
            out.println("  expunged: kept for " + inWords(reclaim.keep()) + "; no round since the start");
        } else {
            out.printf(
                    Locale.ROOT,
                    "  expunged: kept for %s; the last round ended %s ago, %,d bodies reclaimed, %,.1f MB, %,d due ones left%n",
                    inWords(reclaim.keep()),
                    inWords(Duration.between(ended, now)),
                    reclaim.reclaimed(),
                    reclaim.octets() / 1e6,
                    reclaim.left());
        }
        if (!reclaim.obstacle().isEmpty()) {
            out.println(
                    "  expunged: the last round did not get to its end, since " + Printable.line(reclaim.obstacle()));
        }
        if (!reclaim.problem().isEmpty()) {
            out.println("  EXPUNGED: not reclaimed, and tried again: " + Printable.line(reclaim.problem()));
        }
    }

    private static void print(ServerStatus.Archive archive, Instant now, PrintStream out) {
        if (!archive.enabled()) {
            out.println(
                    "  log: not carried into the repository (archive.enabled is false); seconds cannot be restored");
            return;
        }
        Instant upTo = archive.upTo();
        boolean current = archive.state().equals("CURRENT");
        if (current && upTo != null) {
            out.println("  log: in the repository up to " + inWords(Duration.between(upTo, now)) + " ago");
        } else if (archive.gap().isEmpty()) {
            out.println(
                    "  log: " + (archive.words().isEmpty() ? "not looked at yet" : Printable.line(archive.words())));
        } else {
            out.println("  LOG: " + Printable.line(archive.gap())
                    + "; nothing from then on can be restored to the second." + " Run 'understudy snapshot' now");
        }
        Instant since = archive.failingSince();
        if (since != null) {
            out.println("  LOG: cannot be carried into the repository for " + inWords(Duration.between(since, now))
                    + ": " + Printable.line(archive.problem()));
        }
    }

    private static void print(ServerStatus.Loss loss, Instant now, PrintStream out) {
        String under = loss.running() ? "; a new comparison is under way" : "";
        Instant at = loss.at();
        if (at == null) {
            out.println("  loss: not compared with history yet" + under);
        } else {
            out.println("  loss, compared " + inWords(Duration.between(at, now)) + " ago: "
                    + Printable.line(loss.headline()) + (loss.found() ? " See 'understudy loss --latest'" : "")
                    + under);
        }
        if (!loss.problem().isEmpty()) {
            out.println("  loss: the last comparison failed: " + Printable.line(loss.problem()));
        }
        if (loss.canaries() > 0) {
            out.println(
                    loss.wrongCanaries() == 0
                            ? "  canaries: all " + loss.canaries() + " as made"
                            : "  CANARIES: " + loss.wrongCanaries() + " of " + loss.canaries()
                                    + " not as made; run 'understudy canary check'");
        }
    }

    private static String inWords(Duration duration) {
        if (duration.toDays() > 0) {
            return duration.toDays() + " d " + duration.toHoursPart() + " h";
        }
        if (duration.toHours() > 0) {
            return duration.toHours() + " h " + duration.toMinutesPart() + " min";
        }
        return duration.toMinutes() > 0 ? duration.toMinutes() + " min" : duration.toSeconds() + " s";
    }
}
