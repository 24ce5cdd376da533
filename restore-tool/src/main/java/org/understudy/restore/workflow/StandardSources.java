package org.understudy.restore.workflow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.understudy.restore.copies.BestOfSources;
import org.understudy.restore.copies.Comparison;
import org.understudy.restore.copies.SamePlace;
import org.understudy.restore.inspect.Inspection;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.Logbook;
import org.understudy.restore.repository.OpenedSnapshot;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.repository.TrustedKeys;
import org.understudy.restore.repository.backend.RepositoryPlace;
import org.understudy.restore.repository.log.LogArchiver;
import org.understudy.restore.repository.log.LogHistory;
import org.understudy.restore.repository.log.PointInTime;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceOptions;
import org.understudy.restore.source.Sources;
import org.understudy.restore.source.expunged.ExpungedSource;
import org.understudy.restore.source.maildir.MaildirSource;
import org.understudy.restore.source.snapshot.SnapshotSource;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Snapshots of the workplace's repository, and everything that lies in files. */
public final class StandardSources implements SourceOpener {
    /** A location that begins with this names a snapshot: an id, the beginning of one, or {@code latest}. */
    public static final String SNAPSHOT = "snapshot:";

    /** A location that begins with this names a moment in ISO 8601, for example {@code 2026-05-26T23:59:30Z}. */
    public static final String AT = "at:";

    /** A location that begins with this names what the live store's expunge log has, up to the moment that may follow. */
    public static final String EXPUNGED = "expunged:";

    /**
     * The moment that a location names.
     *
     * @throws OperatorException {@link Reason#USAGE} if it names none
     */
    public static Instant moment(String location) {
        String text = location.substring(AT.length());
        try {
            return OffsetDateTime.parse(text.strip().toUpperCase(Locale.ROOT)).toInstant();
        } catch (DateTimeParseException e) {
            throw new OperatorException(
                    Reason.USAGE,
                    "'" + text + "' is no moment",
                    "Write date, time and zone, for example 2026-05-26T23:59:30Z or 2026-05-27T01:59:30+02:00.",
                    e);
        }
    }

    /**
     * Opens the mail of users as of a moment.
     *
     * @param only users, all of them if empty
     */
    public static SnapshotSource openAt(
            RepositoryPlace place, Path keys, Instant moment, Set<String> only, Clock clock) {
        Repository repository = Repository.open(place);
        try {
            return SnapshotSource.of(
                    PointInTime.of(repository, keys, moment, OpenedSnapshot.Assurance.TRUSTED_KEY)
                            .open(user -> only.isEmpty() || only.contains(user), clock, Progress.SILENT),
                    repository.location(),
                    new SnapshotSource.Selection(only, Set.of()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperatorException(
                    Reason.SOURCE, "opening the mail of " + moment + " was stopped", "Run the command again.", e);
        }
    }

    @Override
    public RestoreJob.Source pinned(RestoreJob.Source source, Workplace workplace) {
        return new RestoreJob.Source(
                source.kind(),
                pinned(source.location(), workplace),
                source.renames(),
                source.only(),
                source.others().stream()
                        .map(other -> new RestoreJob.Other(pinned(other.location(), workplace)))
                        .toList());
    }

    private static String pinned(String location, Workplace workplace) {
        if (location.startsWith(AT)) {
            Instant moment = moment(location);
            carryUpTo(moment, workplace);
            return AT + moment;
        }
        if (location.equals(EXPUNGED)) {
            return EXPUNGED + workplace.clock().instant();
        }
        return location.startsWith(SNAPSHOT)
                ? SNAPSHOT + Repository.open(workplace.repository()).resolve(name(location))
                : location;
    }

    /** A moment just past may be in the live store's log still. */
    private static void carryUpTo(Instant moment, Workplace workplace) {
        Repository repository = Repository.open(workplace.repository());
        try {
            List<Logbook.Reach> reaches =
                    LogHistory.read(repository, workplace.keys()).reaches();
            if (!reaches.isEmpty()
                    && moment.isAfter(reaches.getLast().to())
                    && moment.isBefore(workplace.clock().instant())) {
                new LogArchiver(workplace).run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperatorException(
                    Reason.SOURCE, "carrying the log away was stopped", "Run the command again.", e);
        }
    }

    @Override
    public BackupSource open(RestoreJob.Source source, Workplace workplace) {
        return open(source, workplace, Progress.SILENT);
    }

    @Override
    public BackupSource open(RestoreJob.Source source, Workplace workplace, Progress progress) {
        List<String> locations = new ArrayList<>();
        locations.add(source.location());
        source.others().forEach(other -> locations.add(other.location()));
        if (locations.stream().allMatch(location -> location.startsWith(SNAPSHOT) || location.startsWith(AT))
                && !source.renames().isEmpty()) {
            throw new OperatorException(
                    Reason.USAGE,
                    "users of a snapshot cannot be renamed while it is staged",
                    "Stage it as it is, and map the users in 'understudy restore preview'.");
        }
        SamePlace.refuse(locations);
        if (locations.size() == 1) {
            return open(source.location(), source, workplace, progress);
        }
        List<Comparison.Other> members = new ArrayList<>();
        try {
            for (String location : locations) {
                members.add(new Comparison.Other(location, open(location, source, workplace, progress)));
            }
        } catch (RuntimeException e) {
            members.forEach(member -> closeAfter(member.source(), e));
            throw e;
        }
        return new BestOfSources(members, Inspection.standard());
    }

    @Override
    public SharedSource share(RestoreJob.Source source, Workplace workplace) {
        BackupSource all = open(source, workplace);
        return switch (all) {
            case SnapshotSource snapshot -> new OpenedOnce(snapshot, snapshot::of);
            case MaildirSource maildir -> new OpenedOnce(maildir, maildir::of);
            default -> {
                closed(all);
                yield SourceOpener.super.share(source, workplace);
            }
        };
    }

    private static void closed(BackupSource source) {
        try {
            source.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void closeAfter(BackupSource source, RuntimeException fault) {
        try {
            source.close();
        } catch (IOException e) {
            fault.addSuppressed(e);
        }
    }

    /** Users of snapshots keep their names. */
    private static BackupSource open(
            String location, RestoreJob.Source source, Workplace workplace, Progress progress) {
        if (location.startsWith(AT)) {
            return openAt(workplace.repository(), workplace.keys(), moment(location), source.only(), workplace.clock());
        }
        if (location.startsWith(EXPUNGED)) {
            String upTo = location.substring(EXPUNGED.length());
            return ExpungedSource.open(
                    workplace.live(), upTo.isEmpty() ? workplace.clock().instant() : moment(AT + upTo), source.only());
        }
        if (!location.startsWith(SNAPSHOT)) {
            return Sources.open(
                    Path.of(location),
                    new SourceOptions(
                            source.renames(),
                            source.only(),
                            workplace.dataFolder().resolve("scratch"),
                            progress));
        }
        return SnapshotSource.open(
                Repository.open(workplace.repository()),
                name(location),
                TrustedKeys.load(workplace.keys()),
                OpenedSnapshot.Assurance.TRUSTED_KEY,
                new SnapshotSource.Selection(source.only(), Set.of()),
                workplace.clock());
    }

    private static String name(String location) {
        return location.substring(SNAPSHOT.length());
    }
}
