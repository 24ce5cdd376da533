package org.understudy.server.config;

import java.nio.file.Path;
import java.time.Clock;
import org.understudy.restore.repository.backend.Backend;
import org.understudy.restore.repository.backend.DirectoryBackend;
import org.understudy.restore.repository.backend.RepositoryPlace;
import org.understudy.restore.repository.backend.encrypted.EncryptedBackend;
import org.understudy.restore.repository.backend.s3.S3Backend;
import org.understudy.restore.repository.backend.s3.S3Settings;

/** Makes the repository's place of what the configuration says. Nothing is read or connected to by that. */
public final class RepositoryPlaces {
    private RepositoryPlaces() {}

    public static RepositoryPlace of(Configuration configuration, Clock clock) {
        RepositorySettings settings = configuration.repository();
        Path keyFile = settings.keyFile();
        Backend plain = plain(settings, clock);
        return new RepositoryPlace(
                keyFile == null ? plain : new EncryptedBackend(plain, keyFile, clock),
                configuration.dataFolder().resolve("scratch"));
    }

    private static Backend plain(RepositorySettings settings, Clock clock) {
        S3Settings bucket = settings.bucket();
        Path folder = settings.folder();
        if (bucket != null) {
            return new S3Backend(bucket, clock);
        }
        if (folder != null) {
            return new DirectoryBackend(folder);
        }
        throw new IllegalStateException("a repository is in a folder or in a bucket");
    }
}
