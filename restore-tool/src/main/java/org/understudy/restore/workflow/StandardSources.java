package org.understudy.restore.workflow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.understudy.restore.copies.BestOfSources;
import org.understudy.restore.copies.Comparison;
import org.understudy.restore.copies.SamePlace;
import org.understudy.restore.inspect.Inspection;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.repository.OpenedSnapshot;
import org.understudy.restore.repository.Repository;
import org.understudy.restore.repository.TrustedKeys;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceOptions;
import org.understudy.restore.source.Sources;
import org.understudy.restore.source.maildir.MaildirSource;
import org.understudy.restore.source.snapshot.SnapshotSource;
import org.understudy.storage.OperatorException;
import org.understudy.storage.Reason;

/** Snapshots of the workplace's repository, and everything that lies in files. */
public final class StandardSources implements SourceOpener {
    /** A location that begins with this names a snapshot: an id, the beginning of one, or {@code latest}. */
    public static final String SNAPSHOT = "snapshot:";

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
        return location.startsWith(SNAPSHOT)
                ? SNAPSHOT + Repository.open(workplace.repository()).resolve(name(location))
                : location;
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
        if (locations.stream().allMatch(location -> location.startsWith(SNAPSHOT))
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
