package org.understudy.server.config;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.repository.backend.s3.S3Settings;

/**
 * Where the snapshots are kept: in a folder or in a bucket.
 *
 * @param folder absolute, best on another disk; null if they are in a bucket
 * @param bucket null if they are in a folder
 * @param keyFile of the master key with which they are encrypted; null if they are not
 */
public record RepositorySettings(
        @Nullable Path folder,
        @Nullable S3Settings bucket,
        @Nullable Path keyFile) {
    public RepositorySettings {
        if ((folder == null) == (bucket == null)) {
            throw new IllegalArgumentException("either a folder or a bucket");
        }
    }

    /** One in a folder, not encrypted. */
    public static RepositorySettings in(Path folder) {
        return new RepositorySettings(folder, null, null);
    }

    /** The same, but a folder within {@code data} moves along to {@code other}. */
    RepositorySettings moved(Path data, Path other) {
        Path lies = folder;
        return lies != null && lies.startsWith(data)
                ? new RepositorySettings(other.resolve(data.relativize(lies)), bucket, keyFile)
                : this;
    }
}
