package org.understudy.restore.workflow;

import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.progress.Progress;
import org.understudy.restore.source.BackupSource;

/** Opens what a restore is made from. */
public interface SourceOpener {
    BackupSource open(RestoreJob.Source source, Workplace workplace);

    /** The same, telling how far it has come where opening takes long: an archive is unpacked first. */
    default BackupSource open(RestoreJob.Source source, Workplace workplace, Progress progress) {
        return open(source, workplace);
    }

    /** The source under a name that will mean the same later, when the restore goes on. */
    default RestoreJob.Source pinned(RestoreJob.Source source, Workplace workplace) {
        return source;
    }

    /** Opens a source that is read user by user. */
    default SharedSource share(RestoreJob.Source source, Workplace workplace) {
        return new ReopenedSource(only ->
                open(new RestoreJob.Source(source.kind(), source.location(), source.renames(), only), workplace));
    }
}
