package org.understudy.restore.workflow;

import java.nio.file.Path;
import org.understudy.restore.job.RestoreJob;
import org.understudy.restore.operation.Workplace;
import org.understudy.restore.source.BackupSource;
import org.understudy.restore.source.SourceOptions;
import org.understudy.restore.source.Sources;

/** Opens what a restore is made from. */
public interface SourceOpener {
    /** Files and folders, by their location. */
    SourceOpener FILES = (source, workplace) ->
            Sources.open(Path.of(source.location()), new SourceOptions(source.renames(), source.only()));

    BackupSource open(RestoreJob.Source source, Workplace workplace);
}
