package org.understudy.restore.workflow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Set;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.operation.Workplace;
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
        if (!source.location().startsWith(SNAPSHOT)) {
            return source;
        }
        String id = Repository.open(workplace.repository()).resolve(name(source));
        return new RestoreJob.Source(source.kind(), SNAPSHOT + id, source.renames(), source.only());
    }

    @Override
    public BackupSource open(RestoreJob.Source source, Workplace workplace) {
        if (!source.location().startsWith(SNAPSHOT)) {
            return Sources.open(Path.of(source.location()), new SourceOptions(source.renames(), source.only()));
        }
        if (!source.renames().isEmpty()) {
            throw new OperatorException(
                    Reason.USAGE,
                    "users of a snapshot cannot be renamed while it is staged",
                    "Stage it as it is, and map the users in 'understudy restore preview'.");
        }
        return snapshot(source, workplace);
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

    private static SnapshotSource snapshot(RestoreJob.Source source, Workplace workplace) {
        return SnapshotSource.open(
                Repository.open(workplace.repository()),
                name(source),
                TrustedKeys.load(workplace.keys()),
                OpenedSnapshot.Assurance.TRUSTED_KEY,
                new SnapshotSource.Selection(source.only(), Set.of()),
                workplace.clock());
    }

    private static String name(RestoreJob.Source source) {
        return source.location().substring(SNAPSHOT.length());
    }
}
