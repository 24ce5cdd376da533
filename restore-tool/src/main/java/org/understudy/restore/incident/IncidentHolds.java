package org.understudy.restore.incident;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.understudy.restore.job.OnDisk;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.repository.backend.DirectoryBackend;
import org.understudy.restore.repository.backend.RepositoryPlace;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** The holds of a data folder and of its repository together. Thread-safe within one process. */
public final class IncidentHolds {
    private static final Logger LOG = LoggerFactory.getLogger(IncidentHolds.class);
    private static final DateTimeFormatter ID_TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);
    private static final Object WRITING = new Object();

    private final HoldFolder here;
    private final RepositoryPlace repository;
    private final HoldFolder there;
    private final Clock clock;

    private IncidentHolds(Path dataFolder, RepositoryPlace repository, Clock clock) {
        this.here = new HoldFolder(new DirectoryBackend(dataFolder));
        this.repository = repository;
        this.there = new HoldFolder(repository.backend());
        this.clock = clock;
    }

    public static IncidentHolds of(Workplace workplace) {
        return of(workplace.dataFolder(), workplace.repository(), workplace.clock());
    }

    public static IncidentHolds of(Path dataFolder, RepositoryPlace repository, Clock clock) {
        return new IncidentHolds(dataFolder, repository, clock);
    }

    /**
     * What is known of holds.
     *
     * @param on those that are on, oldest first
     * @param unreadable what cannot be read of the files of holds; while there is any, retention is frozen too
     * @param history those that are over, with their releases, oldest first
     */
    public record State(List<IncidentHold> on, List<String> unreadable, List<Past> history) {
        public State {
            on = List.copyOf(on);
            unreadable = List.copyOf(unreadable);
            history = List.copyOf(history);
        }

        /** Whether retention is frozen. */
        public boolean frozen() {
            return !on.isEmpty() || !unreadable.isEmpty();
        }

        /** Why it is frozen, in one line, or empty. */
        public String text() {
            if (!frozen()) {
                return "";
            }
            if (on.isEmpty()) {
                return unreadable.getFirst();
            }
            IncidentHold first = on.getFirst();
            return "since " + first.since().truncatedTo(ChronoUnit.SECONDS) + ", set by " + first.by() + ": "
                    + first.because() + (on.size() > 1 ? " (and " + (on.size() - 1) + " more)" : "");
        }
    }

    /** A hold that is over. */
    public record Past(IncidentHold hold, IncidentHold.Release release) {}

    /**
     * Reads both places; a hold of this machine that the repository lacks is copied there if that can be. A repository
     * that cannot be asked counts as one that holds.
     */
    public State state() {
        Map<String, HoldFolder.Entry> entries = new TreeMap<>();
        Set<String> unreadable = new LinkedHashSet<>();
        try {
            here.all().forEach(entry -> entries.put(entry.id(), entry));
        } catch (IOException e) {
            throw OnDisk.failure("cannot read the incident holds in " + here.location(), e);
        }
        try {
            if (thereIsARepository()) {
                List<HoldFolder.Entry> theirs = there.all();
                copyThere(entries, theirs);
                for (HoldFolder.Entry entry : theirs) {
                    // A release counts only when both say so, except for holds that another machine has set.
                    HoldFolder.Entry mine = entries.get(entry.id());
                    if (mine == null || !mine.on() || mine.hold() == null) {
                        entries.put(entry.id(), entry);
                    }
                }
            }
        } catch (IOException | OperatorException e) {
            unreadable.add("the holds in " + there.location() + " cannot be read: " + e.getMessage());
        }
        List<IncidentHold> on = new ArrayList<>();
        List<Past> history = new ArrayList<>();
        for (HoldFolder.Entry entry : entries.values()) {
            IncidentHold hold = entry.hold();
            IncidentHold.Release release = entry.release();
            if (release == null && !entry.unsound().isEmpty()) {
                unreadable.add(entry.unsound());
            }
            if (hold != null && release == null) {
                on.add(hold);
            } else if (hold != null && release != null) {
                history.add(new Past(hold, release));
            }
        }
        return new State(on, List.copyOf(unreadable), history);
    }

    private boolean thereIsARepository() throws IOException {
        return repository.backend().size("format.json").isPresent();
    }

    private void copyThere(Map<String, HoldFolder.Entry> mine, List<HoldFolder.Entry> theirs) {
        Set<String> known = new LinkedHashSet<>();
        theirs.forEach(entry -> known.add(entry.id()));
        for (HoldFolder.Entry entry : mine.values()) {
            IncidentHold hold = entry.hold();
            if (hold != null && entry.on() && !known.contains(entry.id())) {
                putThere(hold);
            }
        }
    }

    private void putThere(IncidentHold hold) {
        try {
            if (thereIsARepository()) {
                there.put(hold);
            }
        } catch (IOException | OperatorException e) {
            LOG.warn(
                    "The incident hold is on here, but could not be written into {}: {}. It is copied there later",
                    there.location(),
                    e.getMessage());
        }
    }

    /** Sets a hold by hand. */
    public IncidentHold set(String by, String because) {
        return put(by, because, false, List.of());
    }

    /**
     * Sets a hold because the program has met damage. The same words again while one is on add nothing.
     *
     * @param by the part of the program
     * @param because what was met
     * @return the hold that is on now for it
     */
    public IncidentHold raise(String by, String because, List<Concerned> concerned) {
        synchronized (WRITING) {
            for (IncidentHold hold : state().on()) {
                if (hold.automatic() && hold.by().equals(by) && hold.because().equals(because)) {
                    return hold;
                }
            }
            return put(by, because, true, concerned);
        }
    }

    /**
     * The same, but not for what a person has already looked at: where a hold with these words was released, none is set
     * again.
     */
    public void raiseUnlessReleased(String by, String because, List<Concerned> concerned) {
        synchronized (WRITING) {
            boolean known = state().history().stream()
                    .anyMatch(past ->
                            past.hold().by().equals(by) && past.hold().because().equals(because));
            if (!known) {
                IncidentHold unused = raise(by, because, concerned);
            }
        }
    }

    private IncidentHold put(String by, String because, boolean automatic, List<Concerned> concerned) {
        synchronized (WRITING) {
            Instant now = clock.instant();
            String id = ID_TIME.format(now) + "-" + HexFormat.of().toHexDigits(new SecureRandom().nextInt(1 << 16), 4);
            IncidentHold hold = new IncidentHold(id, now, by, because, automatic, host(), concerned);
            try {
                here.put(hold);
            } catch (IOException e) {
                putThere(hold);
                throw OnDisk.failure("cannot write the incident hold into " + here.location(), e);
            }
            putThere(hold);
            LOG.error("Incident hold {}: {} -- Nothing is pruned or expired until a person releases it", id, because);
            return hold;
        }
    }

    /**
     * Ends every hold that is on.
     *
     * @return those that were on
     * @throws OperatorException {@link Reason#CONFLICT} if none is
     */
    public List<IncidentHold> release(String by, String because) {
        synchronized (WRITING) {
            try {
                List<HoldFolder.Entry> mine = new ArrayList<>(here.all());
                List<HoldFolder.Entry> theirs = thereIsARepository() ? there.all() : List.of();
                mine.removeIf(entry -> !entry.on());
                List<HoldFolder.Entry> open =
                        theirs.stream().filter(HoldFolder.Entry::on).toList();
                if (mine.isEmpty() && open.isEmpty()) {
                    throw new OperatorException(
                            Reason.CONFLICT,
                            "no incident hold is on, so none can be released",
                            "There is nothing to do.");
                }
                Map<String, IncidentHold> released = new TreeMap<>();
                Instant now = clock.instant();
                // The repository first: stopped in between, the hold is still on here.
                for (HoldFolder.Entry entry : open) {
                    there.release(new IncidentHold.Release(entry.id(), now, by, because, host()));
                    note(entry, released);
                }
                for (HoldFolder.Entry entry : mine) {
                    here.release(new IncidentHold.Release(entry.id(), now, by, because, host()));
                    note(entry, released);
                }
                LOG.warn("Incident holds {} were released by {}: {}", released.keySet(), by, because);
                return List.copyOf(released.values());
            } catch (IOException e) {
                throw OnDisk.failure("cannot record the release in " + there.location() + " and " + here.location(), e);
            }
        }
    }

    private static void note(HoldFolder.Entry entry, Map<String, IncidentHold> released) {
        IncidentHold hold = entry.hold();
        if (hold == null) {
            hold = new IncidentHold(
                    entry.id(), Instant.EPOCH, "unknown", "its file could not be read", false, "unknown", List.of());
        }
        released.put(entry.id(), hold);
    }

    /**
     * To be called before anything is pruned or expired, and again while that goes on.
     *
     * @param what would have been done, to complete "... was not done"
     * @throws OperatorException {@link Reason#CONFLICT} if retention is frozen
     */
    public void requireNone(String what) {
        State state = state();
        if (state.frozen()) {
            throw new OperatorException(
                    Reason.CONFLICT,
                    "an incident hold is on, so " + what + ". It is on " + state.text(),
                    "Find out what happened ('understudy repo hold' shows all of it, docs/runbooks/rotted-backup.md says"
                            + " how to go on). When the good copies are safe, a person ends it with 'understudy repo"
                            + " release --by NAME --because TEXT'.");
        }
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "a host without a name";
        }
    }
}
