package org.understudy.restore.repository;

import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.understudy.restore.repository.backend.Backend;
import org.understudy.restore.repository.backend.DirectoryBackend;
import org.understudy.restore.repository.backend.RepositoryPlace;
import org.understudy.restore.repository.backend.encrypted.EncryptedBackend;
import org.understudy.restore.repository.backend.encrypted.MasterKey;
import org.understudy.restore.repository.backend.encrypted.Sealing;
import org.understudy.restore.repository.backend.s3.S3Server;

/** Everywhere that a repository can lie. */
public enum KindOfPlace {
    DIRECTORY(false, false),
    BUCKET(true, false),
    ENCRYPTED_DIRECTORY(false, true),
    ENCRYPTED_BUCKET(true, true);

    private final boolean bucket;
    private final boolean encrypted;

    KindOfPlace(boolean bucket, boolean encrypted) {
        this.bucket = bucket;
        this.encrypted = encrypted;
    }

    public Laid in(Path root) throws Exception {
        return new Laid(root);
    }

    /** A repository of this kind, which a test can also reach from behind. */
    public final class Laid implements AutoCloseable {
        private final Path root;
        public final Path keyFile;
        public final @Nullable S3Server server;

        private Laid(Path root) throws Exception {
            this.root = root;
            this.keyFile = root.resolve("master.key");
            this.server = bucket ? new S3Server(root) : null;
            if (encrypted) {
                MasterKey.make(keyFile);
            }
        }

        private Path folder() {
            return root.resolve("repository");
        }

        /** As a process finds it that has not seen it before. */
        public RepositoryPlace place() {
            return place(root.resolve("data/scratch"));
        }

        public RepositoryPlace place(Path scratch) {
            Backend plain = server == null ? new DirectoryBackend(folder()) : server.open();
            return new RepositoryPlace(
                    encrypted ? new EncryptedBackend(plain, keyFile, Clock.systemUTC()) : plain, scratch);
        }

        /** The file in which the bytes of a name lie. */
        public Path stored(String name) throws Exception {
            RepositoryPlace place = place();
            String below = place.backend() instanceof EncryptedBackend one ? Sealing.nameBelow(one, name) : name;
            return server == null ? folder().resolve(below) : server.file(below);
        }

        public void flip(String name, long offset) throws Exception {
            Path file = stored(name);
            file.toFile().setWritable(true);
            try (RandomAccessFile stored = new RandomAccessFile(file.toFile(), "rw")) {
                stored.seek(offset);
                int was = stored.read();
                stored.seek(offset);
                stored.write(was ^ 1);
            }
        }

        public void delete(String name) throws Exception {
            Files.delete(stored(name));
        }

        @Override
        public void close() {
            if (server != null) {
                server.close();
            }
        }
    }
}
